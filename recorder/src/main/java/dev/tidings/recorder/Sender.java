package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that feeds the Kafka producer, in the order of the queue.
 *
 * <p>When an event cannot be handed over for a reason that passes (no broker, no registry), it is
 * tried again, behind a growing pause, and those behind it wait: that keeps the order.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** What the producer may take beyond the caller's time to give its threads back. */
  private static final Duration CLOSE_MARGIN = Duration.ofSeconds(2);

  private final SendQueue queue;
  private final KafkaOutlet outlet;
  private final LogLimit logLimit = LogLimit.oncePerMinute();
  private final Thread thread;

  private Sender(SendQueue queue, KafkaOutlet outlet) {
    this.queue = queue;
    this.outlet = outlet;
    this.thread = new Thread(this::run, "tidings-sender");
    thread.setDaemon(true);
  }

  static Sender start(
      SendQueue queue, Map<String, ?> kafka, Topics topics, Collection<Catalogue> catalogues) {
    Sender sender = new Sender(queue, KafkaOutlet.open(kafka, topics, catalogues));
    sender.thread.start();
    return sender;
  }

  private void run() {
    try {
      for (PendingEvent next = queue.take(); next != null; next = queue.take()) {
        send(next);
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("Stopped before everything was sent", e);
    } finally {
      queue.close();
      fail(queue.drain());
    }
  }

  private void send(PendingEvent pending) throws InterruptedException {
    long since = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    for (String obstacle = outlet.send(pending);
        obstacle != null;
        obstacle = outlet.send(pending)) {
      String reason = obstacle;
      logLimit.run("obstacle", () -> LOG.warn("Events wait to be sent: {}", reason));
      Duration waited = Duration.ofNanos(System.nanoTime() - since);
      if (waited.compareTo(outlet.deliveryTimeout()) >= 0) {
        pending.failed("not sent within %d s: %s".formatted(waited.toSeconds(), reason));
        return;
      }
      try {
        pause(pause);
      } catch (InterruptedException e) {
        pending.failed("the recorder was closed before it could be sent: " + reason);
        throw e;
      }
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /** Sleeps for half to all of the pause, so that many recorders do not come back at once. */
  private static void pause(Duration pause) throws InterruptedException {
    long half = pause.toMillis() / 2;
    Thread.sleep(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  /** Closes the queue, and everything else when it is empty or the time is over. */
  boolean close(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    queue.close();
    boolean drained = join(timeout);
    if (!drained) {
      thread.interrupt();
      join(CLOSE_MARGIN);
    }
    boolean sent = outlet.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    return drained && sent;
  }

  private boolean join(Duration timeout) {
    try {
      thread.join(Math.max(1, timeout.toMillis()));
      return !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void fail(List<PendingEvent> rest) {
    rest.forEach(pending -> pending.failed("the recorder was closed before it could be sent"));
  }
}
