package dev.tidings.recorder.journal;

import java.time.Duration;

/** Times to wait, in nanoseconds. */
public final class Nanos {
  /** A century: as good as for ever, and far from overflow when it is added to a clock. */
  private static final long LONGEST = Duration.ofDays(36_500).toNanos();

  private Nanos() {}

  /** The time; a century if it is longer, none if it is negative. */
  public static long of(Duration time) {
    if (time.isNegative()) {
      return 0;
    }
    return time.compareTo(Duration.ofNanos(LONGEST)) >= 0 ? LONGEST : time.toNanos();
  }

  /** The time in milliseconds, at least one: for waits to which zero means for ever. */
  public static long atLeastOneMilli(Duration time) {
    return Math.max(1, of(time) / 1_000_000);
  }
}
