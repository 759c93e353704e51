package dev.tidings.dedup.rules;

import java.time.Duration;

/**
 * How many new events a source may emit, by append time and partition: a burst, and then one each
 * time the refill interval passes. A token bucket, kept as the time at which it is full again
 * ("generic cell rate algorithm").
 *
 * @param burst how many at once; 0 for no limit
 * @param refill how long until one more is allowed
 */
public record RateLimit(int burst, Duration refill) {
  /** No limit. */
  public static final RateLimit OFF = new RateLimit(0, Duration.ofMinutes(5));

  /** What {@link #take} says when there is no room. */
  public static final long WITHHELD = Long.MIN_VALUE;

  /** Whether anything is ever withheld. */
  public boolean isOn() {
    return burst > 0;
  }

  /**
   * Takes one.
   *
   * @param fullAtMillis when the bucket is full again; anything in the past if it is
   * @return when it is full after this, or {@link #WITHHELD}
   */
  public long take(long fullAtMillis, long nowMillis) {
    long after = Math.max(fullAtMillis, nowMillis) + refill.toMillis();
    return after - nowMillis <= burst * refill.toMillis() ? after : WITHHELD;
  }
}
