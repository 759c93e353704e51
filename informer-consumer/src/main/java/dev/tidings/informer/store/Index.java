package dev.tidings.informer.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One index, on the writer's side: for each value, the objects that are under it. What was changed
 * since the last {@link #freeze} is edited in place. For one thread.
 */
final class Index<K, V> {
  private final String name;
  private final IndexFunction<? super K, ? super V> function;
  private final BiConsumer<String, RuntimeException> failures;
  private final PersistentMap.Editor<String, PersistentMap<K, Object>> byValue =
      PersistentMap.<String, PersistentMap<K, Object>>empty().edit();
  private final Map<String, PersistentMap.Editor<K, Object>> changing = new HashMap<>();
  // Whether objects are kept beside the keys, or looked up when they are asked for.
  private final boolean withObjects;

  Index(
      String name,
      IndexFunction<? super K, ? super V> function,
      boolean withObjects,
      BiConsumer<String, RuntimeException> failures) {
    this.name = name;
    this.function = function;
    this.withObjects = withObjects;
    this.failures = failures;
  }

  void fill(ObjectMap<K, V> objects) {
    objects.forEach((key, object) -> change(key, null, object));
  }

  void change(K key, @Nullable V previous, @Nullable V object) {
    Set<String> before = previous == null ? Set.of() : valuesOf(key, previous);
    Set<String> after = object == null ? Set.of() : valuesOf(key, object);
    for (String value : before) {
      if (!after.contains(value)) {
        edit(value).remove(key);
      }
    }
    if (object != null) {
      for (String value : after) {
        if (withObjects || !before.contains(value)) {
          edit(value).put(key, withObjects ? object : Snapshot.LOOK_UP);
        }
      }
    }
  }

  private PersistentMap.Editor<K, Object> edit(String value) {
    return changing.computeIfAbsent(
        value,
        missing -> {
          PersistentMap<K, Object> found = byValue.get(missing);
          return (found == null ? PersistentMap.<K, Object>empty() : found).edit();
        });
  }

  PersistentMap<String, PersistentMap<K, Object>> freeze() {
    changing.forEach(
        (value, editor) -> {
          if (editor.size() == 0) {
            byValue.remove(value);
          } else {
            byValue.put(value, editor.freeze());
          }
        });
    changing.clear();
    return byValue.freeze();
  }

  private Set<String> valuesOf(K key, V object) {
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
