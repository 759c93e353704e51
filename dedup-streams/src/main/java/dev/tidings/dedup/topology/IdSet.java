package dev.tidings.dedup.topology;

import java.util.Arrays;
import java.util.BitSet;
import java.util.UUID;
import org.agrona.collections.LongHashSet;

/**
 * The ids of all tracked events. Ids are time-ordered, and so is nearly all that comes: what is
 * above all others is new for sure, and goes to the end of a sorted array; asking for it touches no
 * memory that the processor does not have at hand, as a hash table of a million ids would. What
 * comes out of order goes to such a table. One thread.
 */
final class IdSet {
  private static final int FIRST_CAPACITY = 64;

  /** Of the ids in order: rising strictly, as unsigned numbers. */
  private long[] highs = new long[FIRST_CAPACITY];

  private long[] lows = new long[FIRST_CAPACITY];
  private final BitSet removed = new BitSet();
  private int end;
  private int removedCount;

  /** No id that was added since both were empty is above it. */
  private long highest;

  /** The less significant halves of the others: they are random. */
  private final LongHashSet others = new LongHashSet();

  /** Whether it is here; one that only looks like it in half of its bits may count as the same. */
  boolean contains(UUID id) {
    if (isAboveAll(id.getMostSignificantBits())) {
      return false;
    }
    return others.contains(id.getLeastSignificantBits()) || find(id) >= 0;
  }

  private boolean isAboveAll(long high) {
    return size() == 0 || Long.compareUnsigned(high, highest) > 0;
  }

  /** Where it is among those in order, or a negative number. */
  private int find(UUID id) {
    int from = 0;
    int to = end - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int compared = Long.compareUnsigned(highs[middle], id.getMostSignificantBits());
      if (compared == 0) {
        boolean isHere = lows[middle] == id.getLeastSignificantBits() && !removed.get(middle);
        return isHere ? middle : -1;
      }
      if (compared < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return -1;
  }

  void add(UUID id) {
    if (isAboveAll(id.getMostSignificantBits())) {
      append(id);
    } else if (!contains(id)) {
      others.add(id.getLeastSignificantBits());
    }
  }

  private void append(UUID id) {
    if (end == highs.length) {
      highs = Arrays.copyOf(highs, 2 * end);
      lows = Arrays.copyOf(lows, 2 * end);
    }
    highest = id.getMostSignificantBits();
    highs[end] = highest;
    lows[end] = id.getLeastSignificantBits();
    end++;
  }

  void remove(UUID id) {
    int at = find(id);
    if (at < 0) {
      others.remove(id.getLeastSignificantBits());
      return;
    }
    removed.set(at);
    removedCount++;
    if (removedCount > end / 2) {
      compact();
    }
  }

  private void compact() {
    int to = 0;
    for (int from = removed.nextClearBit(0); from < end; from = removed.nextClearBit(from + 1)) {
      highs[to] = highs[from];
      lows[to] = lows[from];
      to++;
    }
    end = to;
    if (end > 0 && others.isEmpty()) {
      highest = highs[end - 1];
    }
    removedCount = 0;
    removed.clear();
    if (highs.length > FIRST_CAPACITY && end < highs.length / 4) {
      highs = Arrays.copyOf(highs, highs.length / 2);
      lows = Arrays.copyOf(lows, highs.length);
    }
  }

  int size() {
    return end - removedCount + others.size();
  }
}
