package dev.tidings.dedup.topology;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
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
 * soon. Between an orderly end and the next start the contents can be on disk. One thread at a
 * time.
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
  private final boolean keptOnDisk;
  private final Map<Bytes, Place> places = new HashMap<>();
  private Chunk newest = new Chunk(0);
  private @Nullable StoreSnapshot snapshot;
  private boolean open;

  private ChunkStore(String name, boolean keptOnDisk) {
    this.name = name;
    this.keptOnDisk = keptOnDisk;
  }

  /**
   * @param keptOnDisk whether there is to be a {@link StoreSnapshot} between an orderly end and the
   *     next start
   */
  static KeyValueBytesStoreSupplier supplier(String name, boolean keptOnDisk) {
    return new Supplier(name, keptOnDisk);
  }

  private record Supplier(String name, boolean keptOnDisk) implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new ChunkStore(name, keptOnDisk);
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    if (keptOnDisk) {
      snapshot =
          StoreSnapshot.find(
              context.stateDir().toPath().resolve(name + ".snapshot"), InstantSource.system());
    }
    context.register(root, (key, value) -> put(Bytes.wrap(key), value));
    open = true;
  }

  /** Reads what the snapshot has, if it was not read yet. */
  private void load() {
    if (snapshot != null) {
      snapshot.load((key, value) -> places.put(Bytes.wrap(key), place(value)));
    }
  }

  private void beforeChange() {
    if (snapshot != null) {
      load();
      snapshot.contentsChange();
    }
  }

  /** Up to where in the change log the contents are: Kafka Streams restores the rest. */
  @Override
  public @Nullable Long committedOffset(TopicPartition changelog) {
    return snapshot == null ? null : snapshot.offset(changelog);
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    if (snapshot != null) {
      snapshot.contentsAreAt(changelogOffsets);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // Kafka Streams goes by it as long as there are other stores.
  public boolean managesOffsets() {
    return keptOnDisk;
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    load();
    Place place = places.get(key);
    return place == null ? null : place.value();
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    beforeChange();
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
    beforeChange();
    Place place = places.remove(key);
    return place == null ? null : place.value();
  }

  /** In order: a copy, for whoever looks into the store from outside. */
  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    load();
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
    load();
    return new Entries(places.entrySet().iterator());
  }

  @Override
  public long approximateNumEntries() {
    load();
    return places.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    if (snapshot != null) {
      snapshot.write(places.size(), this::eachOf);
      snapshot = null;
    }
    places.clear();
    newest = new Chunk(0);
    open = false;
  }

  private void eachOf(StoreSnapshot.Entry action) throws IOException {
    for (Map.Entry<Bytes, Place> entry : places.entrySet()) {
      Place place = entry.getValue();
      action.entry(entry.getKey().get(), place.chunk().bytes, place.offset(), place.length());
    }
  }

  @Override
  public boolean persistent() {
    return keptOnDisk;
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
