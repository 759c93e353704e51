package dev.tidings.informer.fifo;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is to be told of one object.
 *
 * @param object the new state; null for {@code DELETED}
 * @param previous what it was told last; null if it does not know the object
 * @param lastKnown for {@code DELETED} the last state that is known, else null
 * @param finalStateUnknown for {@code DELETED}: the deletion itself was not seen
 */
public record Delta<K, V>(
    Type type,
    K key,
    @Nullable V object,
    @Nullable V previous,
    @Nullable V lastKnown,
    boolean finalStateUnknown)
    implements Pending<K, V> {

  /** Why. */
  public enum Type {
    /** The object is new. */
    ADDED,
    /** It has a new state. */
    UPDATED,
    /** It is gone. */
    DELETED,
    /** It is new or different since the topic was loaded again. */
    REPLACED,
    /** Nothing has changed: it is told again, as was asked for. */
    SYNC,
    /** It is part of the state that the handler begins with. */
    INITIAL
  }

  public Delta {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(key, "key");
    if ((type == Type.DELETED) != (object == null)) {
      throw new IllegalArgumentException("An object is there unless it is deleted: " + type);
    }
  }

  /** A change: of an object that is new if there is no previous state, gone if there is no new. */
  public static <K, V> Delta<K, V> change(
      K key, @Nullable V object, @Nullable V previous, boolean replaced) {
    if (object == null) {
      return new Delta<>(Type.DELETED, key, null, previous, previous, replaced);
    }
    Type type = replaced ? Type.REPLACED : previous == null ? Type.ADDED : Type.UPDATED;
    return new Delta<>(type, key, object, previous, null, false);
  }

  /** This one and then another of the same key, as one; null if together they are nothing. */
  @Nullable Delta<K, V> then(Delta<K, V> later) {
    if (later.object == null) {
      return previous == null
          ? null
          : new Delta<>(
              Type.DELETED, key, null, previous, later.lastKnown, later.finalStateUnknown);
    }
    boolean replaced = type == Type.REPLACED || later.type == Type.REPLACED;
    Type together = replaced ? Type.REPLACED : previous == null ? Type.ADDED : Type.UPDATED;
    return new Delta<>(together, key, later.object, previous, null, false);
  }
}
