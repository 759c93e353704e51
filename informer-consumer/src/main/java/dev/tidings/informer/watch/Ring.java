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
 * The writer first claims, then fills the slots; the tail is published by the owner of the ring. A
 * reader takes a slot and then looks at the claim: if that has come round to its slot, what it read
 * may be of another round, and it has been overtaken.
 *
 * <p>{@code lowWater} says per partition below which offset changes have left the ring (or came
 * before it): a position with no offset below it is covered.
 */
final class Ring<K, V> {
  /** What {@link #attach} answers when the ring does not reach back far enough. */
  static final long NOT_COVERED = -1;

  private final AtomicReferenceArray<@Nullable LogChange<K, V>> slots;
  private final int mask;
  private long[] lowWater;
  private volatile long claimed;

  /**
   * @param capacity a power of two
   * @param beginning from where on changes will be appended
   */
  Ring(int capacity, ResourceVersion beginning) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("The capacity must be a power of two, not " + capacity);
    }
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
    lowWater = beginning.offsets();
  }

  int capacity() {
    return mask + 1;
  }

  /** By the writer only. Returns the sequence after the last change. */
  synchronized long append(List<LogChange<K, V>> changes) {
    long sequence = claimed;
    // Single writer: nobody else changes it in between.
    claimed = sequence + changes.size();
    for (LogChange<K, V> change : changes) {
      LogChange<K, V> leaving = slots.getAndSet((int) sequence & mask, change);
      if (leaving != null) {
        raiseLowWater(leaving.partition(), leaving.offset() + 1);
      }
      sequence++;
    }
    return sequence;
  }

  private void raiseLowWater(int partition, long offset) {
    if (partition >= lowWater.length) {
      lowWater = Arrays.copyOf(lowWater, partition + 1);
    }
    lowWater[partition] = Math.max(lowWater[partition], offset);
  }

  /**
   * Where a reader that has seen everything below a position begins; {@link #NOT_COVERED} if
   * changes after it have left the ring, or would before the reader gets to them.
   */
  synchronized long attach(ResourceVersion position) {
    for (int partition = 0; partition < lowWater.length; partition++) {
      if (position.offset(partition) < lowWater[partition]) {
        return NOT_COVERED;
      }
    }
    long tail = claimed;
    long oldest = Math.max(0, tail - capacity());
    long sequence = oldest;
    while (sequence < tail) {
      LogChange<K, V> change = slots.get((int) sequence & mask);
      if (change != null && change.offset() >= position.offset(change.partition())) {
        break;
      }
      sequence++;
    }
    boolean aboutToLeave = oldest > 0 && tail - sequence > capacity() / 4 * 3;
    return aboutToLeave ? NOT_COVERED : sequence;
  }

  /** The change with a sequence below the published tail; null if the writer has overtaken it. */
  @Nullable LogChange<K, V> read(long sequence) {
    LogChange<K, V> change = slots.get((int) sequence & mask);
    return claimed - sequence > capacity() ? null : change;
  }
}
