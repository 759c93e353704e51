package dev.tidings.dedup.topology;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * When the remembered windows of each type, severity, source and object were opened: an index of
 * the stores, rebuilt with them. Most have one window only. One thread.
 */
final class StormCounts {
  private static final long NONE = Long.MIN_VALUE;

  private final Long2LongHashMap singleMicros = new Long2LongHashMap(NONE);
  private final Long2ObjectHashMap<long[]> severalMicros = new Long2ObjectHashMap<>();

  void add(long stormKey, long opened) {
    long[] several = severalMicros.get(stormKey);
    if (several != null) {
      long[] after = Arrays.copyOf(several, several.length + 1);
      after[several.length] = opened;
      severalMicros.put(stormKey, after);
      return;
    }
    long single = singleMicros.put(stormKey, opened);
    if (single != NONE) {
      singleMicros.remove(stormKey);
      severalMicros.put(stormKey, new long[] {single, opened});
    }
  }

  void remove(long stormKey, long opened) {
    long[] several = severalMicros.get(stormKey);
    if (several == null) {
      if (singleMicros.get(stormKey) == opened) {
        singleMicros.remove(stormKey);
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
      singleMicros.put(stormKey, several[0]);
    }
  }

  /** How many were opened less than an interval before or after a time. */
  int near(long stormKey, long timeMicros, long intervalMicros) {
    long single = singleMicros.get(stormKey);
    if (single != NONE) {
      return isNear(single, timeMicros, intervalMicros) ? 1 : 0;
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
