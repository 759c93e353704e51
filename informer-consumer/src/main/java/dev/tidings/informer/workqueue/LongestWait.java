package dev.tidings.informer.workqueue;

import java.time.Duration;

/** See {@link RateLimiter#longest}. */
record LongestWait<T>(RateLimiter<? super T> one, RateLimiter<? super T> other)
    implements RateLimiter<T> {

  @Override
  public Duration when(T item) {
    Duration first = one.when(item);
    Duration second = other.when(item);
    return first.compareTo(second) >= 0 ? first : second;
  }

  @Override
  public void forget(T item) {
    one.forget(item);
    other.forget(item);
  }

  @Override
  public int failures(T item) {
    return Math.max(one.failures(item), other.failures(item));
  }
}
