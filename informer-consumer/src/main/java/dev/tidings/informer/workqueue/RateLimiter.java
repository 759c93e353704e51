package dev.tidings.informer.workqueue;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Says how long an item that has failed must wait. Safe for any thread. */
public interface RateLimiter<T> {

  /** How long it must wait this time; counts as one more failure. */
  Duration when(T item);

  /** It went well: what was remembered of it is forgotten. */
  void forget(T item);

  /** How often it has failed since it was last forgotten. */
  int failures(T item);

  /** Each item waits twice as long each time. */
  static <T> RateLimiter<T> exponential(Duration first, Duration longest) {
    return new ExponentialBackoff<>(first, longest);
  }

  /**
   * All items together are let through at a rate, after a burst.
   *
   * @param nanoTime the time, as {@link System#nanoTime()}
   */
  static <T> RateLimiter<T> bucket(double perSecond, int burst, LongSupplier nanoTime) {
    return new TokenBucket<>(perSecond, burst, nanoTime);
  }

  /** Whichever of both lets an item wait longer. */
  static <T> RateLimiter<T> longest(RateLimiter<? super T> one, RateLimiter<? super T> other) {
    return new LongestWait<>(one, other);
  }

  /** That of client-go: per item 5 ms to 1,000 s, and ten a second after a burst of a hundred. */
  static <T> RateLimiter<T> forControllers() {
    return longest(
        exponential(Duration.ofMillis(5), Duration.ofSeconds(1_000)),
        bucket(10, 100, System::nanoTime));
  }
}
