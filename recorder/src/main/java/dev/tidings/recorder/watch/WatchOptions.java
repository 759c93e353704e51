package dev.tidings.recorder.watch;

import dev.tidings.event.Event;
import dev.tidings.recorder.journal.LogLimit;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a watcher watches. Immutable.
 *
 * @param name of the watcher's thread, and in logs
 * @param capacity how many events may wait for it
 * @param whenFull what happens to an event that finds no room
 * @param filter only these; called by the recording thread, so it must be quick
 * @param prefix past events that only this watcher gets, before all others
 * @param onError is told what the handler throws
 */
public record WatchOptions(
    String name,
    int capacity,
    FullBehaviour whenFull,
    Predicate<Event> filter,
    List<Event> prefix,
    Consumer<Throwable> onError) {
  private static final int DEFAULT_CAPACITY = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(EventBroadcaster.class);
  private static final LogLimit LOG_LIMIT = LogLimit.oncePerMinute();

  /** Copies the prefix. */
  public WatchOptions {
    prefix = List.copyOf(prefix);
  }

  /**
   * All events; 1,000 may wait, more are dropped; what the handler throws is logged once a minute.
   */
  public static WatchOptions defaults() {
    return new WatchOptions(
        "tidings-watcher",
        DEFAULT_CAPACITY,
        new FullBehaviour.Drop(),
        event -> true,
        List.of(),
        error -> LOG_LIMIT.run("failed", () -> LOG.warn("An event handler failed", error)));
  }

  /** This name. */
  public WatchOptions withName(String other) {
    return new WatchOptions(other, capacity, whenFull, filter, prefix, onError);
  }

  /** So many may wait. */
  public WatchOptions withCapacity(int events) {
    return new WatchOptions(name, events, whenFull, filter, prefix, onError);
  }

  /** This behaviour when there is no room. */
  public WatchOptions withWhenFull(FullBehaviour behaviour) {
    return new WatchOptions(name, capacity, behaviour, filter, prefix, onError);
  }

  /** Only these events. */
  public WatchOptions withFilter(Predicate<Event> only) {
    return new WatchOptions(name, capacity, whenFull, only, prefix, onError);
  }

  /** These first. */
  public WatchOptions withPrefix(List<Event> past) {
    return new WatchOptions(name, capacity, whenFull, filter, past, onError);
  }

  /** This error callback. */
  public WatchOptions withOnError(Consumer<Throwable> callback) {
    return new WatchOptions(name, capacity, whenFull, filter, prefix, callback);
  }
}
