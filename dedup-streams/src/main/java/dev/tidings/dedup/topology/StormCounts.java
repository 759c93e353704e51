package dev.tidings.dedup.topology;

import java.util.Arrays;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * When the remembered windows of each type, severity, source and object were opened: an index of
 * the stores, rebuilt with them. One thread.
 */
final class StormCounts {
  private final Long2ObjectHashMap<long[]> openedMicros = new Long2ObjectHashMap<>();

  void add(long stormKey, long opened) {
    long[] before = openedMicros.get(stormKey);
    if (before == null) {
      openedMicros.put(stormKey, new long[] {opened});
    } else {
      long[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = opened;
      openedMicros.put(stormKey, after);
    }
  }

  void remove(long stormKey, long opened) {
    long[] before = openedMicros.get(stormKey);
    if (before == null) {
      return;
    }
    if (before.length == 1) {
      openedMicros.remove(stormKey);
      return;
    }
    for (int i = 0; i < before.length; i++) {
      if (before[i] == opened) {
        before[i] = before[before.length - 1];
        openedMicros.put(stormKey, Arrays.copyOf(before, before.length - 1));
        return;
      }
    }
  }

  /** How many were opened less than an interval before or after a time. */
  int near(long stormKey, long timeMicros, long intervalMicros) {
    long[] opened = openedMicros.get(stormKey);
    if (opened == null) {
      return 0;
    }
    int near = 0;
    for (long one : opened) {
      if (Math.abs(timeMicros - one) < intervalMicros) {
        near++;
      }
    }
    return near;
  }
}
