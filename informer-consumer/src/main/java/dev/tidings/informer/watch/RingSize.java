package dev.tidings.informer.watch;

import java.time.Duration;

/**
 * How many changes to keep in memory: so many that those of the last while are there, between two
 * bounds. The rule is that of the Kubernetes API server's watch cache: twice as many when a full
 * ring holds nothing older than that, half as many when already its newest quarter reaches further
 * back.
 *
 * @param least a power of two
 * @param most a power of two
 * @param reach how long changes should stay
 */
record RingSize(int least, int most, Duration reach) {
  private static final int LARGEST = 1 << 24;

  /** Rounds the bounds up to powers of two. */
  static RingSize between(int least, int most, Duration reach) {
    if (least < 1 || most < least || most > LARGEST) {
      throw new IllegalArgumentException(
          "The watch cache keeps between 1 and %d changes, and at most not less than at least; not %d to %d"
              .formatted(LARGEST, least, most));
    }
    return new RingSize(powerOfTwo(least), powerOfTwo(most), reach);
  }

  private static int powerOfTwo(int atLeast) {
    return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
  }

  /**
   * The capacity from now on, for a full ring whose oldest and quarter-old changes are this old.
   */
  int next(int capacity, long oldestMillis, long quarterMillis) {
    if (oldestMillis < reach.toMillis() && capacity < most) {
      return capacity * 2;
    }
    if (quarterMillis > reach.toMillis() && capacity > least) {
      return capacity / 2;
    }
    return capacity;
  }
}
