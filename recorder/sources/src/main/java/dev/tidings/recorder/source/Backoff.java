package dev.tidings.recorder.source;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses that double from the first to the longest, each with a random part of up to half.
 *
 * @param first the first pause
 * @param longest what no pause exceeds
 */
record Backoff(Duration first, Duration longest) {
  static final Backoff DEFAULT = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  private static final int MAX_DOUBLINGS = 30;

  /**
   * The pause before the next try.
   *
   * @param failures how many tries in a row failed, at least 1
   */
  Duration pause(int failures) {
    long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
    long millis = Math.max(1, Math.min(doubled, longest.toMillis()));
    return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }
}
