package dev.tidings.informer;

import dev.tidings.informer.store.Indexer;
import dev.tidings.informer.store.Snapshot;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads from whatever snapshot is the newest. */
record LiveIndexer<K, V>(Supplier<Snapshot<K, V>> newest) implements Indexer<K, V> {

  @Override
  public Snapshot<K, V> snapshot() {
    return newest.get();
  }

  @Override
  public @Nullable V get(K key) {
    return snapshot().get(key);
  }

  @Override
  public int size() {
    return snapshot().size();
  }

  @Override
  public Collection<K> keys() {
    return snapshot().keys();
  }

  @Override
  public Collection<V> values() {
    return snapshot().values();
  }

  @Override
  public Collection<V> byIndex(String index, String value) {
    return snapshot().byIndex(index, value);
  }

  @Override
  public Collection<K> indexKeys(String index, String value) {
    return snapshot().indexKeys(index, value);
  }

  @Override
  public Collection<String> indexValues(String index) {
    return snapshot().indexValues(index);
  }
}
