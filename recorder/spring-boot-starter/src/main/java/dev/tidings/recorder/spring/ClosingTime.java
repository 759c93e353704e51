package dev.tidings.recorder.spring;

import java.time.Duration;

/**
 * What is left of the time that closing may take: some of it is spent when the application stops,
 * the rest is for when the recorder is closed. Thread-safe.
 */
final class ClosingTime {
  private final Duration limit;
  private volatile Duration left;

  /**
   * @throws IllegalArgumentException if it is negative
   */
  ClosingTime(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException(
          "'tidings.recorder.close-timeout' cannot be negative: " + limit);
    }
    this.limit = limit;
    this.left = limit;
  }

  /** All of it again. */
  void restart() {
    left = limit;
  }

  /** So much less. */
  void spend(Duration time) {
    left = atLeastNothing(left.minus(time));
  }

  /** For closing. */
  Duration left() {
    return left;
  }

  /** For what comes before closing, which keeps a tenth for itself. */
  Duration leftForFlushing() {
    return atLeastNothing(left.minus(limit.dividedBy(10)));
  }

  private static Duration atLeastNothing(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }
}
