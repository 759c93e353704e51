package dev.tidings.recorder.journal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Lets a message through at most once per period and cause. Thread-safe. */
public final class LogLimit {
  private final long periodNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Long> lastByCause = new ConcurrentHashMap<>();

  LogLimit(Duration period, LongSupplier nanoTime) {
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Once a minute. */
  public static LogLimit oncePerMinute() {
    return new LogLimit(Duration.ofMinutes(1), System::nanoTime);
  }

  /**
   * Runs {@code log} unless it ran for the same cause within the period.
   *
   * @param cause one of a fixed few: each is remembered
   */
  public void run(String cause, Runnable log) {
    boolean[] due = new boolean[1];
    lastByCause.compute(
        cause,
        (same, last) -> {
          long now = nanoTime.getAsLong();
          due[0] = last == null || now - last >= periodNanos;
          return due[0] ? (Long) now : last;
        });
    if (due[0]) {
      log.run();
    }
  }
}
