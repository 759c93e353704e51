package dev.tidings.informer;

import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Is told of every object and every change.
 *
 * <ol>
 *   <li>When the informer has synced, or at once if it has: {@link #onAdd} for every object there
 *       is, in no order, {@code isInInitialList} being true;
 *   <li>then each change after that state, once, in the order of its partition.
 * </ol>
 *
 * <p>All calls come from one thread that belongs to this handler. One that throws is reported, and
 * the next change follows. Objects are shared: they must not be changed.
 */
public interface ResourceEventHandler<K, V> {

  /** An object is new, or is part of the state that the handler begins with. */
  void onAdd(K key, V object, boolean isInInitialList);

  /** An object has a new state; or the same as before, when the handler asked for resyncs. */
  void onUpdate(K key, V oldObject, V newObject);

  /**
   * An object is gone.
   *
   * @param object its last known state
   * @param finalStateUnknown the deletion itself was not seen: it was missing when the topic had to
   *     be loaded again, and may have changed in between
   */
  void onDelete(K key, V object, boolean finalStateUnknown);

  /**
   * An informer that shares the topic with others of its group follows other partitions from here
   * on. What is different by that comes next: adds, and deletes whose final state is unknown.
   */
  default void onPartitions(Set<Integer> gained, Set<Integer> lost) {}

  /**
   * A handler that sees only the objects that match: one that stops matching is deleted for it, one
   * that begins to is added.
   */
  static <K, V> ResourceEventHandler<K, V> filtered(
      BiPredicate<? super K, ? super V> filter,
      ResourceEventHandler<? super K, ? super V> handler) {
    return new FilteringHandler<>(filter, handler);
  }
}
