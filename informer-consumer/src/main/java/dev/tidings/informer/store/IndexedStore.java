package dev.tidings.informer.store;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of the cache: objects by key, and the indexes over them.
 *
 * <p>Belongs to one thread, which shows a state to others by {@link #freeze}. Until {@link
 * #buildIndexes()} the indexes are empty and cost nothing: a load builds them once, at its end.
 */
public final class IndexedStore<K, V> {
  private final PersistentMap.Editor<K, V> objects = PersistentMap.<K, V>empty().edit();
  private final Map<String, IndexFunction<? super K, ? super V>> functions;
  private final Map<String, PersistentMap.Editor<String, PersistentMap<K, V>>> indexes =
      new LinkedHashMap<>();
  private final BiConsumer<String, RuntimeException> failures;
  private boolean indexing;

  /**
   * @param functions by index name
   * @param failures told the name of an index and what its function threw
   */
  public IndexedStore(
      Map<String, ? extends IndexFunction<? super K, ? super V>> functions,
      BiConsumer<String, RuntimeException> failures) {
    this.functions = new LinkedHashMap<>(functions);
    this.failures = failures;
    for (String name : functions.keySet()) {
      indexes.put(name, PersistentMap.<String, PersistentMap<K, V>>empty().edit());
    }
  }

  public @Nullable V get(K key) {
    return objects.get(key);
  }

  public int size() {
    return objects.size();
  }

  /** Adds or replaces an object; returns the one before, or null. */
  public @Nullable V put(K key, V object) {
    V previous = objects.put(key, object);
    if (indexing) {
      functions.forEach((name, function) -> reindex(name, function, key, previous, object));
    }
    return previous;
  }

  /** Takes an object out; returns it, or null. */
  public @Nullable V remove(K key) {
    V previous = objects.remove(key);
    if (indexing && previous != null) {
      functions.forEach((name, function) -> reindex(name, function, key, previous, null));
    }
    return previous;
  }

  /** Fills the indexes from the objects there are; from then on they follow every change. */
  public void buildIndexes() {
    PersistentMap<K, V> all = objects.freeze();
    functions.forEach(
        (name, function) -> {
          Map<String, PersistentMap.Editor<K, V>> building = new HashMap<>();
          all.forEach(
              (key, object) -> {
                for (String value : valuesOf(name, function, key, object)) {
                  building
                      .computeIfAbsent(value, v -> PersistentMap.<K, V>empty().edit())
                      .put(key, object);
                }
              });
          PersistentMap.Editor<String, PersistentMap<K, V>> index =
              PersistentMap.<String, PersistentMap<K, V>>empty().edit();
          building.forEach((value, found) -> index.put(value, found.freeze()));
          indexes.put(name, index);
        });
    indexing = true;
  }

  /** The state as it is now, for any thread. */
  public Snapshot<K, V> freeze(ResourceVersion resourceVersion) {
    Map<String, PersistentMap<String, PersistentMap<K, V>>> frozen = new HashMap<>();
    indexes.forEach((name, index) -> frozen.put(name, index.freeze()));
    return new Snapshot<>(resourceVersion, objects.freeze(), Map.copyOf(frozen));
  }

  private void reindex(
      String name,
      IndexFunction<? super K, ? super V> function,
      K key,
      @Nullable V previous,
      @Nullable V object) {
    Set<String> before = previous == null ? Set.of() : valuesOf(name, function, key, previous);
    Set<String> after = object == null ? Set.of() : valuesOf(name, function, key, object);
    PersistentMap.Editor<String, PersistentMap<K, V>> index = indexOf(name);
    for (String value : before) {
      if (!after.contains(value)) {
        take(index, value, key);
      }
    }
    if (object != null) {
      for (String value : after) {
        add(index, value, key, object);
      }
    }
  }

  private PersistentMap.Editor<String, PersistentMap<K, V>> indexOf(String name) {
    PersistentMap.Editor<String, PersistentMap<K, V>> index = indexes.get(name);
    if (index == null) {
      throw new IllegalStateException("No index " + name);
    }
    return index;
  }

  private static <K, V> void add(
      PersistentMap.Editor<String, PersistentMap<K, V>> index, String value, K key, V object) {
    PersistentMap<K, V> found = index.get(value);
    PersistentMap.Editor<K, V> edited =
        (found == null ? PersistentMap.<K, V>empty() : found).edit();
    edited.put(key, object);
    index.put(value, edited.freeze());
  }

  private static <K, V> void take(
      PersistentMap.Editor<String, PersistentMap<K, V>> index, String value, K key) {
    PersistentMap<K, V> found = index.get(value);
    if (found == null) {
      return;
    }
    PersistentMap.Editor<K, V> edited = found.edit();
    edited.remove(key);
    if (edited.size() == 0) {
      index.remove(value);
    } else {
      index.put(value, edited.freeze());
    }
  }

  private Set<String> valuesOf(
      String name, IndexFunction<? super K, ? super V> function, K key, V object) {
    try {
      Collection<String> values = function.valuesOf(key, object);
      return values.size() == 1
          ? Set.of(values.iterator().next())
          : Set.copyOf(List.copyOf(values));
    } catch (RuntimeException e) {
      failures.accept(name, e);
      return Set.of();
    }
  }
}
