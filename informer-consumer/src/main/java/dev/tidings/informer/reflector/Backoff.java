package dev.tidings.informer.reflector;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: doubling from the first delay to the longest, each
 * lengthened or shortened by up to a half by chance, so that many readers do not come back at once.
 * For one thread.
 */
final class Backoff {
  private final long firstMillis;
  private final long longestMillis;
  private final DoubleSupplier random;
  private long baseMillis;

  /**
   * @param random numbers from 0 (inclusive) to 1 (exclusive)
   */
  Backoff(Duration first, Duration longest, DoubleSupplier random) {
    firstMillis = first.toMillis();
    longestMillis = longest.toMillis();
    this.random = random;
    baseMillis = firstMillis;
  }

  Duration next() {
    long millis = Math.round(baseMillis * (0.5 + random.getAsDouble()));
    baseMillis = Math.min(longestMillis, baseMillis * 2);
    return Duration.ofMillis(Math.min(millis, longestMillis));
  }

  void reset() {
    baseMillis = firstMillis;
  }
}
