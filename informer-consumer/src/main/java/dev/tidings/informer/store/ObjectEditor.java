package dev.tidings.informer.store;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The writer's side of an {@link ObjectMap}. For one thread. */
interface ObjectEditor<K, V> {
  int size();

  @Nullable V get(K key);

  /**
   * Adds or replaces an object.
   *
   * @param valueBytes what it was decoded from; null if it was made otherwise
   * @return the one before, or null
   */
  @Nullable V put(K key, V object, byte[] keyBytes, byte @Nullable [] valueBytes);

  /** Takes an object out; returns it, or null. */
  @Nullable V remove(K key, byte @Nullable [] keyBytes);

  /** While loading: takes a record over as it came; no value deletes. Leaves the buffers alone. */
  default void load(ByteBuffer key, @Nullable ByteBuffer value) {
    throw new UnsupportedOperationException("These objects are kept decoded");
  }

  /** While loading: lets another thread get memory for what comes; null ends that. */
  default void allocateAhead(@Nullable Executor by) {}

  /** Gives back what is not needed. */
  default void tidy() {}

  /** Everything as it is now: never changes, whatever is edited after. */
  ObjectMap<K, V> freeze();
}
