package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import java.util.Arrays;

/**
 * Where the entries of each series are in a {@link SegmentLog}: an open-addressed table of numbers,
 * since a million windows as objects are what the garbage collector would be busy with. Keys are
 * hashes already. One thread.
 */
final class SeriesIndex {
  private static final int WIDTH = 4;
  private static final int LOW = 1;
  private static final int HEAD = 2;
  private static final int COUNTS = 3;
  private static final int FIRST_CAPACITY = 64;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] slots = new long[FIRST_CAPACITY * WIDTH];
  private int capacity = FIRST_CAPACITY;
  private int size;

  /** Where its head is, or {@link SegmentLog#NOWHERE}. */
  long head(SeriesKey series) {
    return slots[slot(series.high(), series.low()) + HEAD];
  }

  /** Where its counts are, or {@link SegmentLog#NOWHERE}. */
  long counts(SeriesKey series) {
    return slots[slot(series.high(), series.low()) + COUNTS];
  }

  /** Notes the head of a series, which has no counts beside it. */
  void putHead(SeriesKey series, long location) {
    int slot = slot(series.high(), series.low());
    if (slots[slot + HEAD] == SegmentLog.NOWHERE) {
      if (++size > capacity / 2) {
        grow();
        slot = slot(series.high(), series.low());
      }
      slots[slot] = series.high();
      slots[slot + LOW] = series.low();
    }
    slots[slot + HEAD] = location;
    slots[slot + COUNTS] = SegmentLog.NOWHERE;
  }

  /** Notes the counts of a series that has a head. */
  void putCounts(SeriesKey series, long location) {
    slots[slot(series.high(), series.low()) + COUNTS] = location;
  }

  /** Moves those behind it up, so that no slot is wasted on what is gone. */
  void remove(SeriesKey series) {
    int gap = slot(series.high(), series.low());
    if (slots[gap + HEAD] == SegmentLog.NOWHERE) {
      return;
    }
    size--;
    for (int next = after(gap); slots[next + HEAD] != SegmentLog.NOWHERE; next = after(next)) {
      int home = home(slots[next], slots[next + LOW]);
      boolean mayMove = gap <= next ? home <= gap || home > next : home <= gap && home > next;
      if (mayMove) {
        System.arraycopy(slots, next, slots, gap, WIDTH);
        gap = next;
      }
    }
    Arrays.fill(slots, gap, gap + WIDTH, SegmentLog.NOWHERE);
  }

  /** How many series there are. */
  int size() {
    return size;
  }

  private void grow() {
    long[] before = slots;
    capacity *= 2;
    slots = new long[capacity * WIDTH];
    for (int from = 0; from < before.length; from += WIDTH) {
      if (before[from + HEAD] != SegmentLog.NOWHERE) {
        System.arraycopy(before, from, slots, slot(before[from], before[from + LOW]), WIDTH);
      }
    }
  }

  /** Where it is or would be. */
  private int slot(long high, long low) {
    int slot = home(high, low);
    while (slots[slot + HEAD] != SegmentLog.NOWHERE
        && (slots[slot] != high || slots[slot + LOW] != low)) {
      slot = after(slot);
    }
    return slot;
  }

  /** A header can say any key, so that even hashes are hashed. */
  static int hash(long high, long low) {
    return (int) ((high ^ Long.rotateLeft(low, 32)) * SPREAD >>> 32);
  }

  private int home(long high, long low) {
    return (hash(high, low) & (capacity - 1)) * WIDTH;
  }

  private int after(int slot) {
    return (slot + WIDTH) & (slots.length - 1);
  }
}
