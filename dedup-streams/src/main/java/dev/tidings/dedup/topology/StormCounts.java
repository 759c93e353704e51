package dev.tidings.dedup.topology;

import java.util.Arrays;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * When the remembered windows of each type, severity, source and object were opened: an index of
 * the stores, rebuilt with them. Most have one window only. One thread.
 */
final class StormCounts {
  private final LongTable singleMicros = LongTable.ofSingles(1);
  private final Long2ObjectHashMap<long[]> severalMicros = new Long2ObjectHashMap<>();

  /** Makes room for about so many windows. */
  void reserve(int windows) {
    singleMicros.reserve(windows);
  }

  void add(long stormKey, long opened) {
    long[] several = severalMicros.get(stormKey);
    int single = singleMicros.find(stormKey);
    if (several != null) {
      long[] after = Arrays.copyOf(several, several.length + 1);
      after[several.length] = opened;
      severalMicros.put(stormKey, after);
    } else if (single == LongTable.ABSENT) {
      singleMicros.set(singleMicros.add(stormKey), 0, opened);
    } else {
      severalMicros.put(stormKey, new long[] {singleMicros.get(single, 0), opened});
      singleMicros.remove(single);
    }
  }

  void remove(long stormKey, long opened) {
    long[] several = severalMicros.get(stormKey);
    if (several == null) {
      int single = singleMicros.find(stormKey);
      if (single != LongTable.ABSENT && singleMicros.get(single, 0) == opened) {
        singleMicros.remove(single);
      }
      return;
    }
    for (int i = 0; i < several.length; i++) {
      if (several[i] == opened) {
        several[i] = several[several.length - 1];
        shorten(stormKey, several);
        return;
      }
    }
  }

  private void shorten(long stormKey, long[] several) {
    if (several.length > 2) {
      severalMicros.put(stormKey, Arrays.copyOf(several, several.length - 1));
    } else {
      severalMicros.remove(stormKey);
      singleMicros.set(singleMicros.add(stormKey), 0, several[0]);
    }
  }

  /** How many were opened less than an interval before or after a time. */
  int near(long stormKey, long timeMicros, long intervalMicros) {
    int single = singleMicros.find(stormKey);
    if (single != LongTable.ABSENT) {
      return isNear(singleMicros.get(single, 0), timeMicros, intervalMicros) ? 1 : 0;
    }
    long[] several = severalMicros.get(stormKey);
    if (several == null) {
      return 0;
    }
    int near = 0;
    for (long one : several) {
      if (isNear(one, timeMicros, intervalMicros)) {
        near++;
      }
    }
    return near;
  }

  private static boolean isNear(long opened, long timeMicros, long intervalMicros) {
    return Math.abs(timeMicros - opened) < intervalMicros;
  }
}
