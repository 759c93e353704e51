package dev.tidings.informer.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a cache of objects. Safe for any thread; nothing here blocks, neither on
 * other readers nor on the writer.
 *
 * <p>All collections are immutable views of one state: later changes of the cache do not show.
 * Their order is not defined.
 */
public sealed interface Reads<K, V> permits Indexer, Snapshot {

  /** The object with this key, or null. */
  @Nullable V get(K key);

  /** How many objects there are. */
  int size();

  /** The keys of all objects. */
  Collection<K> keys();

  /** All objects. */
  Collection<V> values();

  /**
   * The objects that are under a value in an index.
   *
   * @throws IllegalArgumentException if there is no such index
   */
  Collection<V> byIndex(String index, String value);

  /**
   * The keys of the objects that are under a value in an index.
   *
   * @throws IllegalArgumentException if there is no such index
   */
  Collection<K> indexKeys(String index, String value);

  /**
   * The values that an index has objects under.
   *
   * @throws IllegalArgumentException if there is no such index
   */
  Collection<String> indexValues(String index);
}
