package dev.tidings.recorder.watch;

import dev.tidings.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One who watches what is recorded, until it is closed. Thread-safe. */
public final class Watcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventBroadcaster.class);

  private final WatchOptions options;
  private final EventQueue<Event> queue;
  private final Consumer<Watcher> onClose;

  Watcher(WatchOptions options, Consumer<? super Event> handler, Consumer<Watcher> onClose) {
    this.options = options;
    this.onClose = onClose;
    int capacity = Math.max(options.capacity(), options.prefix().size());
    this.queue =
        EventQueue.start(
            EventQueue.Settings.named(options.name())
                .withCapacity(capacity)
                .withWhenFull(options.whenFull()),
            batch -> handle(batch, handler),
            options.onError());
    options.prefix().forEach(queue::offer);
  }

  // One event's failure is told, and the next one is handled.
  @SuppressWarnings("CatchThrowable")
  private void handle(List<Event> batch, Consumer<? super Event> handler) {
    for (Event event : batch) {
      try {
        handler.accept(event);
      } catch (Throwable e) {
        tell(e);
      }
    }
  }

  private void tell(Throwable error) {
    try {
      options.onError().accept(error);
    } catch (RuntimeException | Error worse) {
      LOG.error("The error callback of {} failed", options.name(), worse);
    }
  }

  /** By the recording thread, which must not see what a filter throws. */
  @SuppressWarnings("CatchThrowable")
  void offer(Event event) {
    boolean wanted;
    try {
      wanted = options.filter().test(event);
    } catch (Throwable e) {
      tell(e);
      return;
    }
    if (wanted) {
      queue.offer(event);
    }
  }

  /** How many events it did not get because its queue was full. */
  public long dropped() {
    return queue.dropped();
  }

  /** How many events wait for it. */
  public int pending() {
    return queue.size();
  }

  /**
   * Gets no more events, and is given those that are queued, for so long.
   *
   * @return whether it got them all in time
   */
  public boolean close(Duration timeout) {
    onClose.accept(this);
    return queue.close(EventQueue.Ending.DRAIN, timeout);
  }

  /** Closes within {@link EventQueue#DEFAULT_CLOSE_TIMEOUT}. */
  @Override
  public void close() {
    close(EventQueue.DEFAULT_CLOSE_TIMEOUT);
  }
}
