package dev.tidings.dedup.topology;

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
 * A store in memory that finds by hash. Kafka Streams' own keeps its keys sorted, which nobody
 * needs here and every look-up pays for, and copies all of them to iterate. One thread.
 */
final class HashStore implements KeyValueStore<Bytes, byte[]> {
  private final String name;
  private final Map<Bytes, byte[]> entries = new HashMap<>();
  private boolean open;

  private HashStore(String name) {
    this.name = name;
  }

  static KeyValueBytesStoreSupplier supplier(String name) {
    return new Supplier(name);
  }

  private record Supplier(String name) implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new HashStore(name);
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
    return entries.get(key);
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      entries.remove(key);
    } else {
      entries.put(key, value);
    }
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    return entries.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> added) {
    added.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    return entries.remove(key);
  }

  /** In order: a copy, for whoever looks into the store from outside. */
  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    NavigableMap<Bytes, byte[]> sorted = new TreeMap<>(entries);
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
    return new Entries(entries.entrySet().iterator());
  }

  @Override
  public long approximateNumEntries() {
    return entries.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    entries.clear();
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
