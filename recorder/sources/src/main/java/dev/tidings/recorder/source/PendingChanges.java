package dev.tidings.recorder.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Paths that were touched, until they have been left alone for a while: an editor that writes one
 * file touches several, several times. Bounded: when too many are touched, or the watcher itself
 * lost count, all of the tree counts as touched. One thread at a time.
 */
final class PendingChanges {
  private final long quietNanos;
  private final long longestNanos;
  private final int maxPaths;
  private final Map<String, Touched> byPath = new HashMap<>();
  private boolean overflown;
  private long overflownSince;

  /** Guarded by the owner of the pending changes, as all here. */
  private static final class Touched {
    private final long first;
    private long last;
    private boolean modified;

    Touched(long now) {
      first = now;
      last = now;
    }
  }

  /**
   * What is to be looked at now.
   *
   * @param modified the paths, and of each whether its content was said to be modified
   * @param everything whether all other paths are to be looked at, too
   */
  record Due(Map<String, Boolean> modified, boolean everything) {
    boolean isEmpty() {
      return modified.isEmpty() && !everything;
    }
  }

  /**
   * @param quiet for how long a path must be left alone
   * @param longest how long it waits at most when it is never left alone
   * @param maxPaths how many can be pending
   */
  PendingChanges(Duration quiet, Duration longest, int maxPaths) {
    this.quietNanos = quiet.toNanos();
    this.longestNanos = longest.toNanos();
    this.maxPaths = maxPaths;
  }

  /** A path was touched. */
  void touch(String path, boolean modified, long nowNanos) {
    if (overflown) {
      return;
    }
    if (byPath.size() >= maxPaths && !byPath.containsKey(path)) {
      overflow(nowNanos);
      return;
    }
    Touched touched = byPath.computeIfAbsent(path, same -> new Touched(nowNanos));
    touched.last = nowNanos;
    touched.modified |= modified;
  }

  /** Nobody knows what was touched. */
  void overflow(long nowNanos) {
    if (!overflown) {
      overflown = true;
      overflownSince = nowNanos;
      byPath.clear();
    }
  }

  boolean isEmpty() {
    return !overflown && byPath.isEmpty();
  }

  /** How long until something is due: 0 or less if it is, {@link Long#MAX_VALUE} if nothing is. */
  long nanosUntilDue(long nowNanos) {
    if (overflown) {
      return overflownSince + quietNanos - nowNanos;
    }
    return byPath.values().stream()
        .mapToLong(touched -> dueNanos(touched) - nowNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Takes what is due, and what almost is: both ends of a renaming belong together. */
  Due take(long nowNanos) {
    if (nanosUntilDue(nowNanos) > 0) {
      return new Due(Map.of(), false);
    }
    return takeUntil(nowNanos + quietNanos / 2);
  }

  /** Takes everything. */
  Due takeAll() {
    return takeUntil(Long.MAX_VALUE);
  }

  private Due takeUntil(long untilNanos) {
    boolean everything = overflown;
    Map<String, Boolean> modified = new HashMap<>();
    Iterator<Map.Entry<String, Touched>> entries = byPath.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Touched> entry = entries.next();
      if (untilNanos == Long.MAX_VALUE || dueNanos(entry.getValue()) - untilNanos <= 0) {
        modified.put(entry.getKey(), entry.getValue().modified);
        entries.remove();
      }
    }
    overflown = false;
    return new Due(modified, everything);
  }

  private long dueNanos(Touched touched) {
    return Math.min(touched.last + quietNanos, touched.first + longestNanos);
  }
}
