package dev.tidings.informer.workqueue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** See {@link RateLimiter#bucket}. */
final class TokenBucket<T> implements RateLimiter<T> {
  private final double perNano;
  private final int burst;
  private final LongSupplier nanoTime;
  private double tokens;
  private long countedNanos;

  TokenBucket(double perSecond, int burst, LongSupplier nanoTime) {
    if (!(perSecond > 0) || burst < 1) {
      throw new IllegalArgumentException(
          "A rate is more than zero and a burst at least one: not " + perSecond + " and " + burst);
    }
    perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
    this.burst = burst;
    this.nanoTime = nanoTime;
    tokens = burst;
    countedNanos = nanoTime.getAsLong();
  }

  /** Takes a token, if need be one that is yet to come. */
  @Override
  public synchronized Duration when(T item) {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + (now - countedNanos) * perNano) - 1;
    countedNanos = now;
    return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(-tokens / perNano));
  }

  @Override
  public void forget(T item) {}

  @Override
  public int failures(T item) {
    return 0;
  }
}
