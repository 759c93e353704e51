package dev.tidings.dedup.topology;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for the segments of a {@link SegmentLog}: values lie one behind the other in
 * large arrays, which the garbage collector need not look into and does not move. An array is given
 * up when nothing in it counts any more: with a log, which is dropped from its old end, that is
 * soon. One thread.
 */
final class ChunkStore implements KeyValueStore<Bytes, byte[]> {
  private static final int FIRST_CHUNK_BYTES = 64 * 1024;

  /**
   * With its header not more than a power of two: the collector hands large arrays out in those.
   */
  private static final int CHUNK_BYTES = 4 * 1024 * 1024 - 64;

  private static final class Chunk {
    private final byte[] bytes;
    private int end;

    Chunk(int capacity) {
      bytes = new byte[capacity];
    }

    boolean hasRoom(int length) {
      return bytes.length - end >= length;
    }

    Place add(byte[] value) {
      System.arraycopy(value, 0, bytes, end, value.length);
      Place place = new Place(this, end, value.length);
      end += value.length;
      return place;
    }
  }

  private record Place(Chunk chunk, int offset, int length) {
    byte[] value() {
      return Arrays.copyOfRange(chunk.bytes, offset, offset + length);
    }
  }

  private final String name;
  private final Map<Bytes, Place> places = new HashMap<>();
  private Chunk newest = new Chunk(0);
  private boolean open;

  private ChunkStore(String name) {
    this.name = name;
  }

  static KeyValueBytesStoreSupplier supplier(String name) {
    return new Supplier(name);
  }

  private record Supplier(String name) implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new ChunkStore(name);
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> put(Bytes.wrap(key), value));
    open = true;
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    Place place = places.get(key);
    return place == null ? null : place.value();
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      places.remove(key);
    } else {
      places.put(key, place(value));
    }
  }

  private Place place(byte[] value) {
    if (!newest.hasRoom(value.length)) {
      int capacity = Math.min(CHUNK_BYTES, Math.max(FIRST_CHUNK_BYTES, 2 * newest.bytes.length));
      newest = new Chunk(Math.max(capacity, value.length));
    }
    return newest.add(value);
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    byte[] before = get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> added) {
    added.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    Place place = places.remove(key);
    return place == null ? null : place.value();
  }

  /** In order: a copy, for whoever looks into the store from outside. */
  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    NavigableMap<Bytes, Place> sorted = new TreeMap<>(places);
    if (from != null) {
      sorted = sorted.tailMap(from, true);
    }
    if (to != null) {
      sorted = sorted.headMap(to, true);
    }
    return new Entries(sorted.entrySet().iterator());
  }

  /** In no order; the store must not change meanwhile. */
  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return new Entries(places.entrySet().iterator());
  }

  @Override
  public long approximateNumEntries() {
    return places.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    places.clear();
    newest = new Chunk(0);
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Not kept: nobody asks such a store for a position. */
  @Override
  public Position getPosition() {
    return Position.emptyPosition();
  }

  private static final class Entries implements KeyValueIterator<Bytes, byte[]> {
    private final Iterator<Map.Entry<Bytes, Place>> rest;

    Entries(Iterator<Map.Entry<Bytes, Place>> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return rest.hasNext();
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      Map.Entry<Bytes, Place> next = rest.next();
      return KeyValue.pair(next.getKey(), next.getValue().value());
    }

    @Override
    public Bytes peekNextKey() {
      throw new UnsupportedOperationException("Not needed here");
    }

    @Override
    public void close() {}
  }
}
