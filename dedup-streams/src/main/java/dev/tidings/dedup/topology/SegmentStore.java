package dev.tidings.dedup.topology;

import java.io.IOException;
import java.time.InstantSource;
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
 * A store in memory for the segments of a {@link SegmentLog}, which it hands out without a copy:
 * nobody changes them. Between an orderly end and the next start the contents can be on disk. One
 * thread at a time.
 */
final class SegmentStore implements KeyValueStore<Bytes, byte[]> {
  private final String name;
  private final boolean keptOnDisk;
  private final Map<Bytes, byte[]> values = new HashMap<>();
  private @Nullable StoreSnapshot snapshot;
  private boolean open;

  private SegmentStore(String name, boolean keptOnDisk) {
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
      return new SegmentStore(name, keptOnDisk);
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
      snapshot.load((key, value) -> values.put(Bytes.wrap(key), value));
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
    return values.get(key);
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    beforeChange();
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
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
    return values.remove(key);
  }

  /** In order: a copy, for whoever looks into the store from outside. */
  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    load();
    NavigableMap<Bytes, byte[]> sorted = new TreeMap<>(values);
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
    return new Entries(values.entrySet().iterator());
  }

  @Override
  public long approximateNumEntries() {
    load();
    return values.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    if (snapshot != null) {
      snapshot.write(values.size(), this::eachOf);
      snapshot = null;
    }
    values.clear();
    open = false;
  }

  private void eachOf(StoreSnapshot.Entry action) throws IOException {
    for (Map.Entry<Bytes, byte[]> entry : values.entrySet()) {
      action.entry(entry.getKey().get(), entry.getValue());
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
    private final Iterator<Map.Entry<Bytes, byte[]>> rest;

    Entries(Iterator<Map.Entry<Bytes, byte[]>> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return rest.hasNext();
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      Map.Entry<Bytes, byte[]> next = rest.next();
      return KeyValue.pair(next.getKey(), next.getValue());
    }

    @Override
    public Bytes peekNextKey() {
      throw new UnsupportedOperationException("Not needed here");
    }

    @Override
    public void close() {}
  }
}
