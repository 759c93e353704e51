package dev.tidings.dedup.rules;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's de-duplication rules 1 to 5 and 8, by their numbers there. Pure: state comes in
 * and goes out. D is that of the window.
 */
public final class DedupRules {
  private final long graceMillis;

  /**
   * @param grace how long beyond D a window is remembered after its last arrival, by append time
   */
  public DedupRules(Duration grace) {
    this.graceMillis = grace.toMillis();
  }

  /** What is to be done with an occurrence. */
  public sealed interface Decision permits Open, Repeat, Late {}

  /** Rules 1 and 3: it opens a window; the one before, if there was one, is closed. */
  public record Open() implements Decision {
    private static final Open INSTANCE = new Open();
  }

  /**
   * Rules 2 and 4: it is a repeat.
   *
   * @param window the window with it counted
   */
  public record Repeat(SeriesWindow window) implements Decision {}

  /** Rule 5: it is an event of its own, and the window is left alone. */
  public record Late() implements Decision {
    private static final Late INSTANCE = new Late();
  }

  /**
   * @param window the series' window, if there is one
   */
  public Decision decide(Occurrence occurrence, @Nullable SeriesWindow window) {
    if (window == null || isForgotten(window, occurrence.arrivalMillis())) {
      return Open.INSTANCE;
    }
    long sinceOpened = occurrence.firstMicros() - window.openedMicros();
    long intervalMicros = window.intervalMillis() * 1_000;
    if (sinceOpened >= intervalMicros) {
      return Open.INSTANCE;
    }
    return sinceOpened > -intervalMicros ? new Repeat(window.plus(occurrence)) : Late.INSTANCE;
  }

  /** As {@link #decide}, for the window of a summary, which also takes what is late. */
  public Decision decideForSummary(Occurrence occurrence, @Nullable SeriesWindow window) {
    Decision decision = decide(occurrence, window);
    return decision instanceof Late && window != null
        ? new Repeat(window.plus(occurrence))
        : decision;
  }

  /** Rule 8: when a window is forgotten if nothing more arrives for it, in append time. */
  public long forgottenAtMillis(SeriesWindow window) {
    return window.arrivalMillis() + window.intervalMillis() + graceMillis;
  }

  /** Rule 8. */
  public boolean isForgotten(SeriesWindow window, long appendTimeMillis) {
    return appendTimeMillis >= forgottenAtMillis(window);
  }
}
