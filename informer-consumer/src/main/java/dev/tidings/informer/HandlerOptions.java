package dev.tidings.informer;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a handler is fed.
 *
 * @param name for reports and its thread's name; null for a number
 * @param capacity how many changes may wait for it
 * @param whenFull what happens when more do
 * @param delivery whether it is told of every change
 * @param resyncEvery how often it is told of all objects again, by {@code onUpdate} with the same
 *     state twice; null for never
 */
public record HandlerOptions(
    @Nullable String name,
    int capacity,
    WhenFull whenFull,
    Delivery delivery,
    @Nullable Duration resyncEvery) {

  /** What happens when a handler lags behind by more than its capacity. */
  public enum WhenFull {
    /** The informer waits, and with it everyone else who reads from it: nothing is lost. */
    WAIT,
    /** The handler is ended with an error; nobody else notices. */
    END_HANDLER
  }

  /** What a handler is told of changes that wait for it. */
  public enum Delivery {
    /** Each, in the order in which they happened. */
    EVERY_CHANGE,
    /** One per object: from the state that it knows to the newest. */
    NEWEST_STATE
  }

  private static final Duration MIN_RESYNC = Duration.ofSeconds(1);
  private static final HandlerOptions DEFAULTS =
      new HandlerOptions(null, 10_000, WhenFull.WAIT, Delivery.EVERY_CHANGE, null);

  public HandlerOptions {
    Objects.requireNonNull(whenFull, "whenFull");
    Objects.requireNonNull(delivery, "delivery");
    if (capacity < 1) {
      throw new IllegalArgumentException("A handler's capacity is at least 1, not " + capacity);
    }
    if (resyncEvery != null && resyncEvery.compareTo(MIN_RESYNC) < 0) {
      throw new IllegalArgumentException(
          "resyncEvery must be at least one second, not " + resyncEvery);
    }
  }

  /** 10,000 changes may wait, then the informer does; it is told of each, and of none again. */
  public static HandlerOptions defaults() {
    return DEFAULTS;
  }

  public HandlerOptions withName(String name) {
    return new HandlerOptions(name, capacity, whenFull, delivery, resyncEvery);
  }

  public HandlerOptions withCapacity(int capacity) {
    return new HandlerOptions(name, capacity, whenFull, delivery, resyncEvery);
  }

  public HandlerOptions withWhenFull(WhenFull whenFull) {
    return new HandlerOptions(name, capacity, whenFull, delivery, resyncEvery);
  }

  public HandlerOptions withDelivery(Delivery delivery) {
    return new HandlerOptions(name, capacity, whenFull, delivery, resyncEvery);
  }

  public HandlerOptions withResyncEvery(Duration resyncEvery) {
    return new HandlerOptions(name, capacity, whenFull, delivery, resyncEvery);
  }
}
