package dev.tidings.informer.store;

import org.jspecify.annotations.Nullable;

/** Keeps objects as they are. */
final class DecodedObjects<K, V> implements ObjectEditor<K, V> {
  private final PersistentMap.Editor<K, V> objects = PersistentMap.<K, V>empty().edit();

  @Override
  public int size() {
    return objects.size();
  }

  @Override
  public @Nullable V get(K key) {
    return objects.get(key);
  }

  @Override
  public @Nullable V put(K key, V object, byte[] keyBytes, byte @Nullable [] valueBytes) {
    return objects.put(key, object);
  }

  @Override
  public @Nullable V remove(K key, byte @Nullable [] keyBytes) {
    return objects.remove(key);
  }

  @Override
  public ObjectMap<K, V> freeze() {
    return objects.freeze();
  }
}
