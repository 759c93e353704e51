package dev.tidings.informer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a handler is fed.
 *
 * @param name for reports and its thread's name; null for a number
 * @param capacity how many changes may wait for it
 * @param whenFull what happens when more do
 */
public record HandlerOptions(@Nullable String name, int capacity, WhenFull whenFull) {

  /** What happens when a handler lags behind by more than its capacity. */
  public enum WhenFull {
    /** The informer waits, and with it everyone else who reads from it: nothing is lost. */
    WAIT,
    /** The handler is ended with an error; nobody else notices. */
    END_HANDLER
  }

  private static final HandlerOptions DEFAULTS = new HandlerOptions(null, 10_000, WhenFull.WAIT);

  public HandlerOptions {
    Objects.requireNonNull(whenFull, "whenFull");
    if (capacity < 1) {
      throw new IllegalArgumentException("A handler's capacity is at least 1, not " + capacity);
    }
  }

  /** 10,000 changes may wait, then the informer does. */
  public static HandlerOptions defaults() {
    return DEFAULTS;
  }

  public HandlerOptions withName(String name) {
    return new HandlerOptions(name, capacity, whenFull);
  }

  public HandlerOptions withCapacity(int capacity) {
    return new HandlerOptions(name, capacity, whenFull);
  }

  public HandlerOptions withWhenFull(WhenFull whenFull) {
    return new HandlerOptions(name, capacity, whenFull);
  }
}
