package dev.tidings.recorder;

import dev.tidings.recorder.journal.Journal;
import dev.tidings.recorder.journal.Nanos;
import dev.tidings.recorder.journal.RecoveredJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that brings journals to Kafka: first those that dead processes left, oldest first,
 * then its own. Whatever is in the way, it tries again, behind a growing pause with jitter.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final Duration GLANCE = Duration.ofMillis(100);

  /** How often it looks for journals of processes that died meanwhile. */
  private static final long ADOPT_NANOS = Duration.ofMinutes(1).toNanos();

  /** What the producer may take beyond the caller's time to give its threads back. */
  private static final Duration CLOSE_MARGIN = Duration.ofSeconds(3);

  private record Recovered(RecoveredJournal journal, Shipment shipment) {}

  private final Journal journal;
  private final Shipment own;
  private final KafkaOutlet outlet;
  private final Outcomes outcomes;
  private final Supplier<List<RecoveredJournal>> adopt;
  private final Function<RecoveredJournal, Shipment> shipmentOf;
  private final @Nullable WindowMarks marks;
  private volatile Runnable onIdle = () -> {};
  private final ExponentialBackoff backoff =
      new ExponentialBackoff(FIRST_PAUSE_MILLIS, 2, LONGEST_PAUSE_MILLIS, 0.5);
  private final Deque<Recovered> recovered = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private long attempts;
  private long acknowledgedAtObstacle;
  private volatile boolean closing;
  private volatile boolean finished;

  /**
   * @param adopt finds journals that dead processes left
   * @param shipmentOf makes the shipment of such a journal
   * @param marks ends windows of aggregation; null without
   */
  Sender(
      Journal journal,
      Shipment own,
      KafkaOutlet outlet,
      Outcomes outcomes,
      Supplier<List<RecoveredJournal>> adopt,
      Function<RecoveredJournal, Shipment> shipmentOf,
      @Nullable WindowMarks marks) {
    this.journal = journal;
    this.own = own;
    this.outlet = outlet;
    this.outcomes = outcomes;
    this.adopt = adopt;
    this.shipmentOf = shipmentOf;
    this.marks = marks;
    this.thread = new Thread(this::run, "tidings-sender");
    thread.setDaemon(true);
  }

  /**
   * Starts.
   *
   * @param whenIdle run now and then when there is nothing to send
   */
  void start(Runnable whenIdle) {
    onIdle = whenIdle;
    thread.start();
  }

  private void run() {
    try {
      long nextAdoption = System.nanoTime();
      while (!isFinished()) {
        if (recovered.isEmpty() && System.nanoTime() - nextAdoption >= 0) {
          adopt
              .get()
              .forEach(found -> recovered.add(new Recovered(found, shipmentOf.apply(found))));
          nextAdoption = System.nanoTime() + ADOPT_NANOS;
        }
        Recovered first = recovered.peekFirst();
        drive(first == null ? own : first.shipment);
        if (first != null && first.shipment.isDone()) {
          delete(recovered.removeFirst().journal);
        }
      }
      finished = true;
    } catch (InterruptedException e) {
      LOG.debug("Stopped before everything was sent", e);
    } catch (RuntimeException | Error e) {
      LOG.error("The recorder's sender died; events stay in the journal", e);
      throw e;
    }
  }

  private boolean isFinished() {
    return closing && recovered.isEmpty() && own.isDone();
  }

  private void drive(Shipment shipment) throws InterruptedException {
    try {
      if (!shipment.sendNext()) {
        idle(shipment);
      }
    } catch (ObstacleException e) {
      retryLater(shipment, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A defect, ours or a plug-in's: the journal has everything, so it may as well be tried
      // again.
      LOG.debug("Sending failed unexpectedly", e);
      retryLater(shipment, "unexpectedly, " + e);
    }
  }

  private void retryLater(Shipment shipment, String reason) throws InterruptedException {
    outcomes.obstacle(reason);
    shipment.retryLater(reason);
    pause();
  }

  private void idle(Shipment shipment) throws InterruptedException {
    onIdle.run();
    if (shipment != own) {
      shipment.awaitSettled(GLANCE.toMillis());
    } else if (closing) {
      own.awaitSettled(GLANCE.toMillis());
      journal.awaitAppended(GLANCE);
    } else if (marks == null) {
      journal.awaitAppended(GLANCE);
    } else {
      journal.awaitAppended(marks.markWhenDue(GLANCE));
    }
  }

  private void pause() throws InterruptedException {
    long acknowledged = outcomes.acknowledged.sum();
    attempts = acknowledged == acknowledgedAtObstacle ? attempts + 1 : 0;
    acknowledgedAtObstacle = acknowledged;
    if (stopped.await(backoff.backoff(attempts), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("Stopped");
    }
  }

  private static void delete(RecoveredJournal done) {
    try {
      done.delete();
      LOG.info("The journal {} of a process that died was sent", done.journal());
    } catch (IOException e) {
      LOG.warn("The journal {} was sent, but cannot be removed: {}", done.journal(), e.toString());
    }
  }

  /** Waits until everything of our own journal before a position is settled. */
  boolean awaitSettled(long position, Duration timeout) throws InterruptedException {
    return own.awaitSettled(position, Nanos.of(timeout));
  }

  /** How long the oldest record under way has waited. */
  long oldestMillis() {
    return own.oldestMillis();
  }

  /**
   * Sends what is in the sealed journal and in those recovered, for so long, and stops.
   *
   * @return whether everything was settled
   */
  boolean close(Duration timeout) {
    long deadline = System.nanoTime() + Nanos.of(timeout);
    closing = true;
    if (!join(timeout)) {
      stopped.countDown();
      thread.interrupt();
      join(CLOSE_MARGIN);
    }
    outlet.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    for (Recovered left : recovered) {
      release(left.journal);
    }
    return finished;
  }

  private static void release(RecoveredJournal journal) {
    try {
      journal.close();
    } catch (IOException e) {
      LOG.warn("The lock of journal {} cannot be released: {}", journal.journal(), e.toString());
    }
  }

  private boolean join(Duration timeout) {
    try {
      thread.join(Nanos.atLeastOneMilli(timeout));
      return !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
