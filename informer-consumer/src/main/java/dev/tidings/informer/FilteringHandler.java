package dev.tidings.informer;

import java.util.Set;
import java.util.function.BiPredicate;

/** See {@link ResourceEventHandler#filtered}. */
record FilteringHandler<K, V>(
    BiPredicate<? super K, ? super V> filter, ResourceEventHandler<? super K, ? super V> handler)
    implements ResourceEventHandler<K, V> {

  @Override
  public void onAdd(K key, V object, boolean isInInitialList) {
    if (filter.test(key, object)) {
      handler.onAdd(key, object, isInInitialList);
    }
  }

  @Override
  public void onUpdate(K key, V oldObject, V newObject) {
    boolean matched = filter.test(key, oldObject);
    boolean matches = filter.test(key, newObject);
    if (matched && matches) {
      handler.onUpdate(key, oldObject, newObject);
    } else if (matches) {
      handler.onAdd(key, newObject, false);
    } else if (matched) {
      handler.onDelete(key, oldObject, false);
    }
  }

  @Override
  public void onDelete(K key, V object, boolean finalStateUnknown) {
    if (filter.test(key, object)) {
      handler.onDelete(key, object, finalStateUnknown);
    }
  }

  @Override
  public void onPartitions(Set<Integer> gained, Set<Integer> lost) {
    handler.onPartitions(gained, lost);
  }
}
