package dev.tidings.dedup.rules;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's de-duplication rules 1 to 5 and 8, by their numbers there. Pure: state comes in
 * and goes out.
 */
public final class DedupRules {
  private final long intervalMicros;
  private final long rememberMillis;

  /**
   * @param interval D: how long after its opening a window takes repeats, by event time
   * @param grace how long beyond D a window is remembered after its last arrival, by append time
   */
  public DedupRules(Duration interval, Duration grace) {
    this.intervalMicros = Math.multiplyExact(interval.toMillis(), 1_000L);
    this.rememberMillis = interval.plus(grace).toMillis();
  }

  /** What is to be done with an occurrence. */
  public sealed interface Decision permits Open, Repeat, Late {}

  /** Rules 1 and 3: it opens a window; the one before, if there was one, is closed. */
  public record Open() implements Decision {}

  /**
   * Rules 2 and 4: it is a repeat.
   *
   * @param window the window with it counted
   */
  public record Repeat(SeriesWindow window) implements Decision {}

  /** Rule 5: it is an event of its own, and the window is left alone. */
  public record Late() implements Decision {}

  /**
   * @param window the series' window, if there is one
   */
  public Decision decide(Occurrence occurrence, @Nullable SeriesWindow window) {
    if (window == null || isForgotten(window, occurrence.arrivalMillis())) {
      return new Open();
    }
    long sinceOpened = occurrence.firstMicros() - window.openedMicros();
    if (sinceOpened >= intervalMicros) {
      return new Open();
    }
    return sinceOpened > -intervalMicros ? new Repeat(window.plus(occurrence)) : new Late();
  }

  /** Rule 8: when a window is forgotten if nothing more arrives for it, in append time. */
  public long forgottenAtMillis(SeriesWindow window) {
    return window.arrivalMillis() + rememberMillis;
  }

  /** Rule 8. */
  public boolean isForgotten(SeriesWindow window, long appendTimeMillis) {
    return appendTimeMillis >= forgottenAtMillis(window);
  }
}
