package dev.tidings.benchmarks.e2e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must come. */
final class Waiting {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private Waiting() {}

  static void until(BooleanSupplier condition, String what) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "After %d s not yet: %s".formatted(LIMIT.toSeconds(), what));
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
