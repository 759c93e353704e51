package dev.tidings.informer.store;

import dev.tidings.informer.rv.ResourceVersion;
import java.io.IOException;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All objects as of one resource version, with their indexes. Immutable, safe for any thread;
 * shares its memory with the snapshots before and after it.
 */
public final class Snapshot<K, V> implements Reads<K, V> {
  /** Stands in an index for an object that is to be looked up. */
  static final Object LOOK_UP = new Object();

  private final ResourceVersion resourceVersion;
  private final ObjectMap<K, V> objects;
  private final Map<String, PersistentMap<String, PersistentMap<K, Object>>> indexes;

  Snapshot(
      ResourceVersion resourceVersion,
      ObjectMap<K, V> objects,
      Map<String, PersistentMap<String, PersistentMap<K, Object>>> indexes) {
    this.resourceVersion = resourceVersion;
    this.objects = objects;
    this.indexes = indexes;
  }

  /** What this state includes: a watch from here continues it. */
  public ResourceVersion resourceVersion() {
    return resourceVersion;
  }

  @Override
  public @Nullable V get(K key) {
    return objects.get(key);
  }

  @Override
  public int size() {
    return objects.size();
  }

  @Override
  public Collection<K> keys() {
    return new View<>(objects, (key, object) -> key);
  }

  @Override
  public Collection<V> values() {
    return new View<>(objects, (key, object) -> object);
  }

  /** Keys with their objects. */
  public Collection<Map.Entry<K, V>> entries() {
    return new View<>(objects, Map::entry);
  }

  /** Calls the action with each key and object, in no defined order. */
  public void forEach(BiConsumer<? super K, ? super V> action) {
    objects.forEach(action);
  }

  /**
   * Some of the entries, in an order that is always the same for this snapshot.
   *
   * @param skip how many to leave out, from the first on
   * @param limit how many at most
   */
  public List<Map.Entry<K, V>> page(int skip, int limit) {
    List<Map.Entry<K, V>> page = new ArrayList<>(Math.min(limit, 1_024));
    Iterator<Map.Entry<K, V>> entries = objects.iterator(Map::entry, skip);
    while (page.size() < limit && entries.hasNext()) {
      page.add(entries.next());
    }
    return page;
  }

  /** Takes encoded objects. */
  @FunctionalInterface
  public interface EncodedAction {
    void accept(long number, byte[] key, byte[] value) throws IOException;
  }

  /**
   * Calls the action with each key and object, encoded, in no defined order.
   *
   * @param number something to go with it, by its key
   */
  public void forEachEncoded(Codec<K, V> codec, ToLongFunction<K> number, EncodedAction action)
      throws IOException {
    if (objects instanceof EncodedObjects.Frozen<K, V> encoded) {
      encoded.forEachEncoded(
          (key, value) -> action.accept(number.applyAsLong(codec.decodeKey(key)), key, value));
      return;
    }
    for (Map.Entry<K, V> entry : entries()) {
      action.accept(
          number.applyAsLong(entry.getKey()),
          codec.encodeKey(entry.getKey()),
          codec.encodeValue(entry.getValue()));
    }
  }

  @Override
  @SuppressWarnings("unchecked") // What is not the mark is a V.
  public Collection<V> byIndex(String index, String value) {
    return new View<>(
        under(index, value),
        (key, object) ->
            object == LOOK_UP ? Objects.requireNonNull(objects.get(key), "indexed") : (V) object);
  }

  @Override
  public Collection<K> indexKeys(String index, String value) {
    return new View<>(under(index, value), (key, object) -> key);
  }

  @Override
  public Collection<String> indexValues(String index) {
    return new View<>(index(index), (value, objects) -> value);
  }

  /** The indexes' names. */
  public Set<String> indexNames() {
    return indexes.keySet();
  }

  private PersistentMap<K, Object> under(String index, String value) {
    PersistentMap<K, Object> found = index(index).get(value);
    return found == null ? PersistentMap.empty() : found;
  }

  private PersistentMap<String, PersistentMap<K, Object>> index(String name) {
    PersistentMap<String, PersistentMap<K, Object>> found = indexes.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "There is no index '" + name + "': there are " + new TreeSet<>(indexes.keySet()));
    }
    return found;
  }

  private static final class View<K, V, T> extends AbstractCollection<T> {
    private final ObjectMap<K, V> of;
    private final BiFunction<K, V, T> view;

    View(ObjectMap<K, V> of, BiFunction<K, V, T> view) {
      this.of = of;
      this.view = view;
    }

    @Override
    public Iterator<T> iterator() {
      return of.iterator(view, 0);
    }

    @Override
    public int size() {
      return of.size();
    }
  }
}
