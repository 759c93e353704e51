package dev.tidings.recorder.watch;

import dev.tidings.event.Event;
import dev.tidings.recorder.journal.Nanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets any number of watchers inside the process see what is recorded, whether or not Kafka is
 * there. The shape is that of client-go's {@code EventBroadcaster}.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>Watchers can come and go at any time, from any thread. One that comes while events are
 *       recorded gets every event from some moment on, none before it but its prefix.
 *   <li>Each watcher has a thread and a bounded queue of its own: none is held up by another, and
 *       what one throws only its own error callback hears of.
 *   <li>Events of one recording thread arrive in the order of recording.
 *   <li>What a watcher drops is counted, and reported in the log at most once a minute.
 *   <li>{@link #close} lets every watcher have what is queued for it, then ends them.
 * </ol>
 */
public final class EventBroadcaster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventBroadcaster.class);
  private static final long REPORT_NANOS = Duration.ofMinutes(1).toNanos();

  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private volatile long nextReportNanos = System.nanoTime();
  private long reported;

  /** A broadcaster without watchers. */
  public EventBroadcaster() {}

  /** Watches everything. */
  public Watcher watch(Consumer<? super Event> handler) {
    return watch(WatchOptions.defaults(), handler);
  }

  /**
   * Watches.
   *
   * @param handler gets the events, one at a time, in a thread of its own
   * @throws IllegalStateException if the broadcaster is closed
   */
  public synchronized Watcher watch(WatchOptions options, Consumer<? super Event> handler) {
    if (closed) {
      throw new IllegalStateException("The broadcaster is closed");
    }
    Watcher watcher = new Watcher(options, handler, watchers::remove);
    watchers.add(watcher);
    return watcher;
  }

  /**
   * Logs every event, structured: the fields are SLF4J key-value pairs.
   *
   * @param logger what it is logged to; DEBUG, INFO and WARN as such, ERROR and CRITICAL as ERROR
   */
  public Watcher logTo(Logger logger) {
    return watch(WatchOptions.defaults().withName("tidings-logger"), new EventLogging(logger));
  }

  /** Whether anybody watches. */
  public boolean hasWatchers() {
    return !watchers.isEmpty();
  }

  /** Lets all watchers see an event. */
  public void publish(Event event) {
    for (Watcher watcher : watchers) {
      watcher.offer(event);
    }
    if (System.nanoTime() - nextReportNanos >= 0) {
      report();
    }
  }

  private synchronized void report() {
    nextReportNanos = System.nanoTime() + REPORT_NANOS;
    long dropped = watchers.stream().mapToLong(Watcher::dropped).sum();
    if (dropped > reported) {
      LOG.warn("Watchers of events are too slow: {} events were dropped", dropped - reported);
    }
    reported = dropped;
  }

  /** Lets every watcher have what is queued for it, for so long in all. */
  public void close(Duration timeout) {
    List<Watcher> ending;
    synchronized (this) {
      closed = true;
      ending = new ArrayList<>(watchers);
    }
    long deadline = System.nanoTime() + Nanos.of(timeout);
    for (Watcher watcher : ending) {
      watcher.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }

  /** Closes within {@link EventQueue#DEFAULT_CLOSE_TIMEOUT}. */
  @Override
  public void close() {
    close(EventQueue.DEFAULT_CLOSE_TIMEOUT);
  }
}
