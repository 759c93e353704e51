package dev.tidings.writers.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses with jitter: each is between half of and all of twice the one before. One thread.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  Duration next() {
    long doubled = first.toMillis() << Math.min(failures++, MAX_DOUBLINGS);
    long limit = Math.max(1, Math.min(doubled, longest.toMillis()));
    return Duration.ofMillis(limit / 2 + random.nextLong(limit / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
