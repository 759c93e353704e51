package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last changes, numbered by a sequence, in a ring of slots: one writer, any number of readers
 * each at its own place, none of which holds up the writer.
 *
 * <pre>
 *   oldest = claimed − capacity        tail        claimed
 *      │                                │             │
 *   ───●──●──●──●──●──●──●──●──●──●──●──●─ ─ ─ ─ ─ ─ ─●
 *         readable                       being written
 * </pre>
 *
 * The writer first claims, then fills the slot; the tail is published by the owner of the ring. A
 * reader takes a slot and then looks at the claim: if that has come round to its slot, what it read
 * may be of another round, and it has been overtaken. When the ring is resized the slots are copied
 * and the old ones stay as they were: a reader that sees other slots after reading reads again.
 *
 * <p>{@code lowWater} says per partition below which offset changes have left the ring (or came
 * before it): a position with no offset below it is covered. The same for the order of expiry.
 */
final class Ring<K, V> {
  /** What {@link #attach} answers when the ring does not reach back far enough. */
  static final long NOT_COVERED = -1;

  /** What {@link #attach} answers when objects have expired that it no longer knows of. */
  static final long EXPIRIES_FORGOTTEN = -2;

  private static final class Slots<K, V> {
    final AtomicReferenceArray<@Nullable LogChange<K, V>> changes;
    final int mask;

    Slots(int capacity) {
      changes = new AtomicReferenceArray<>(capacity);
      mask = capacity - 1;
    }

    int capacity() {
      return mask + 1;
    }

    @Nullable LogChange<K, V> get(long sequence) {
      return changes.get((int) sequence & mask);
    }
  }

  private final RingSize size;
  private volatile Slots<K, V> slots;
  private volatile long claimed;
  // The writer's own: when each change came.
  private long[] cameMillis;

  // Guarded by this.
  private long[] lowWater;
  private long expiryLowWater;

  /**
   * @param beginning from where on changes will be appended
   */
  Ring(RingSize size, ResourceVersion beginning) {
    this.size = size;
    slots = new Slots<>(size.least());
    cameMillis = new long[size.least()];
    lowWater = beginning.offsets();
    expiryLowWater = beginning.expiry();
  }

  int capacity() {
    return slots.capacity();
  }

  /**
   * By the writer only. Returns the sequence after the last change.
   *
   * @param resizing whether the changes come as they happen, so that their pace says how many to
   *     keep
   */
  long append(List<LogChange<K, V>> changes, long nowMillis, boolean resizing) {
    for (LogChange<K, V> change : changes) {
      if (resizing) {
        resizeIfNeeded(nowMillis);
      }
      long sequence = claimed;
      Slots<K, V> current = slots;
      int slot = (int) sequence & current.mask;
      LogChange<K, V> leaving = current.changes.get(slot);
      if (leaving != null) {
        // Before it is claimed: who finds it gone then finds that it is not covered.
        raiseLowWater(leaving);
      }
      // Single writer: nobody else changes it in between.
      claimed = sequence + 1;
      current.changes.set(slot, change);
      cameMillis[slot] = nowMillis;
    }
    return claimed;
  }

  private void resizeIfNeeded(long nowMillis) {
    int capacity = slots.capacity();
    long end = claimed;
    if (end < capacity) {
      return;
    }
    int mask = capacity - 1;
    long oldest = cameMillis[(int) end & mask];
    long quarter = cameMillis[(int) (end - Math.max(1, capacity / 4)) & mask];
    int wanted = size.next(capacity, nowMillis - oldest, nowMillis - quarter);
    if (wanted != capacity) {
      resize(wanted);
    }
  }

  private void resize(int capacity) {
    Slots<K, V> old = slots;
    Slots<K, V> changed = new Slots<>(capacity);
    long[] times = new long[capacity];
    long end = claimed;
    for (long sequence = Math.max(0, end - old.capacity()); sequence < end; sequence++) {
      LogChange<K, V> change = old.get(sequence);
      if (end - sequence <= capacity) {
        changed.changes.set((int) sequence & changed.mask, change);
        times[(int) sequence & changed.mask] = cameMillis[(int) sequence & old.mask];
      } else if (change != null) {
        raiseLowWater(change);
      }
    }
    cameMillis = times;
    slots = changed;
  }

  private synchronized void raiseLowWater(LogChange<K, V> leaving) {
    int partition = leaving.partition();
    if (partition == LogChange.EXPIRY) {
      expiryLowWater = Math.max(expiryLowWater, leaving.offset() + 1);
      return;
    }
    if (partition >= lowWater.length) {
      lowWater = Arrays.copyOf(lowWater, partition + 1);
    }
    lowWater[partition] = Math.max(lowWater[partition], leaving.offset() + 1);
  }

  /** By the writer: the order of expiry is known from here on only. */
  synchronized void forgetExpiriesBefore(long place) {
    expiryLowWater = Math.max(expiryLowWater, place);
  }

  /**
   * Where a reader that has seen everything below a position begins; {@link #NOT_COVERED} if
   * changes after it have left the ring, or would before the reader gets to them.
   */
  long attach(ResourceVersion position) {
    long covered = covers(position);
    if (covered < 0) {
      return covered;
    }
    long tail = claimed;
    int capacity = capacity();
    long oldest = Math.max(0, tail - capacity);
    long sequence = oldest;
    while (sequence < tail) {
      LogChange<K, V> change = read(sequence);
      if (change != null && !isIncluded(change, position)) {
        break;
      }
      sequence++;
    }
    boolean aboutToLeave = oldest > 0 && tail - sequence > capacity / 4 * 3;
    // Once more: what has left meanwhile was maybe not looked at.
    return aboutToLeave ? NOT_COVERED : Math.min(sequence, covers(position, sequence));
  }

  private long covers(ResourceVersion position) {
    return covers(position, 0);
  }

  private synchronized long covers(ResourceVersion position, long then) {
    for (int partition = 0; partition < lowWater.length; partition++) {
      if (position.offset(partition) < lowWater[partition]) {
        return NOT_COVERED;
      }
    }
    return position.expiry() < expiryLowWater ? EXPIRIES_FORGOTTEN : then;
  }

  private static boolean isIncluded(LogChange<?, ?> change, ResourceVersion position) {
    return change.partition() == LogChange.EXPIRY
        ? change.offset() < position.expiry()
        : change.offset() < position.offset(change.partition());
  }

  /** The change with a sequence below the published tail; null if the writer has overtaken it. */
  @Nullable LogChange<K, V> read(long sequence) {
    while (true) {
      Slots<K, V> seen = slots;
      LogChange<K, V> change = seen.get(sequence);
      boolean overtaken = claimed - sequence > seen.capacity();
      if (seen == slots) {
        return overtaken ? null : change;
      }
    }
  }
}
