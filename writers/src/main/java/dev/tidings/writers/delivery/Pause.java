package dev.tidings.writers.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long a receiver is left alone after it has failed. One thread. */
final class Pause {
  private final Backoff backoff;
  private final LongSupplier nanoTime;
  private long untilNanos;

  Pause(Backoff backoff, LongSupplier nanoTime) {
    this.backoff = backoff;
    this.nanoTime = nanoTime;
    this.untilNanos = nanoTime.getAsLong();
  }

  /** Begins one: as long as the receiver asked for, else longer than the one before. */
  Duration begin(IOException problem) {
    Duration pause = problem instanceof RetryLaterException later ? later.pause() : backoff.next();
    untilNanos = nanoTime.getAsLong() + pause.toNanos();
    return pause;
  }

  /** What is left of it, in milliseconds; 0 when it is over. */
  long leftMillis() {
    long left = untilNanos - nanoTime.getAsLong();
    return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
  }

  /** The receiver works. */
  void reset() {
    backoff.reset();
  }
}
