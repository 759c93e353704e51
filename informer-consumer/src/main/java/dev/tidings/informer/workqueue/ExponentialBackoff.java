package dev.tidings.informer.workqueue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** See {@link RateLimiter#exponential}. */
final class ExponentialBackoff<T> implements RateLimiter<T> {
  private static final int MAX_DOUBLINGS = 40;

  private final Duration first;
  private final Duration longest;
  private final Map<T, Integer> failures = new HashMap<>();

  ExponentialBackoff(Duration first, Duration longest) {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "A backoff grows from more than zero: not from " + first + " to " + longest);
    }
    this.first = first;
    this.longest = longest;
  }

  @Override
  public synchronized Duration when(T item) {
    int before = failures.merge(item, 1, Integer::sum) - 1;
    if (before >= MAX_DOUBLINGS) {
      return longest;
    }
    double nanos = (double) first.toNanos() * (1L << before);
    return nanos >= longest.toNanos() ? longest : Duration.ofNanos((long) nanos);
  }

  @Override
  public synchronized void forget(T item) {
    failures.remove(item);
  }

  @Override
  public synchronized int failures(T item) {
    return failures.getOrDefault(item, 0);
  }
}
