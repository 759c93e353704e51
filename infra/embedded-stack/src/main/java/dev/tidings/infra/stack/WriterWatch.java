package dev.tidings.infra.stack;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether tasks of writers have failed, says so in one line, and restarts them: after a pause
 * that grows from failure to failure, until they have run for a while. Looks on one thread.
 */
final class WriterWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterWatch.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final int MOST_DOUBLINGS = 7;
  private static final Duration WORKS_AGAIN = Duration.ofSeconds(10);

  private final Tasks tasks;
  private final Consumer<String> say;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Map<String, Trouble> troubles = new HashMap<>();
  private @Nullable ScheduledExecutorService thread;

  /** The tasks that are watched. */
  interface Tasks {
    /** Those of a writer that have failed. */
    List<Failed> failed(String writer);

    /** Starts those of a writer again that have failed. */
    void restart(String writer) throws InterruptedException;
  }

  /**
   * A task that has failed.
   *
   * @param task its number
   * @param reason one line
   */
  record Failed(int task, String reason) {}

  /** What is known of a writer that has failed. */
  private static final class Trouble {
    private int failures;
    private String reason = "";
    private boolean isDown;
    private long restartAtNanos;
    private long restartedAtNanos;
  }

  /**
   * @param say takes the lines
   */
  WriterWatch(Tasks tasks, Consumer<String> say, LongSupplier nanoTime, RandomGenerator random) {
    this.tasks = tasks;
    this.say = say;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Looks from now on until closed. */
  void start(List<String> writers) {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "tidings-writer-watch");
              daemon.setDaemon(true);
              return daemon;
            });
    long millis = LOOK_INTERVAL.toMillis();
    started.scheduleWithFixedDelay(() -> look(writers), millis, millis, TimeUnit.MILLISECONDS);
    thread = started;
  }

  /** One look at each. */
  void look(List<String> writers) {
    for (String writer : writers) {
      try {
        look(writer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("Could not see after writer {}; looking again soon", writer, e);
      }
    }
  }

  private void look(String writer) throws InterruptedException {
    List<Failed> failed = tasks.failed(writer);
    Trouble trouble = troubles.get(writer);
    if (failed.isEmpty()) {
      if (trouble != null && !trouble.isDown && hasWorked(trouble)) {
        troubles.remove(writer);
        say.accept("writer %s works again".formatted(writer));
      }
      return;
    }
    if (trouble == null) {
      trouble = new Trouble();
      troubles.put(writer, trouble);
    }
    if (!trouble.isDown) {
      wentDown(writer, failed.get(0), trouble);
    } else if (nanoTime.getAsLong() - trouble.restartAtNanos >= 0) {
      trouble.isDown = false;
      trouble.restartedAtNanos = nanoTime.getAsLong();
      tasks.restart(writer);
    }
  }

  private boolean hasWorked(Trouble trouble) {
    return nanoTime.getAsLong() - trouble.restartedAtNanos >= WORKS_AGAIN.toNanos();
  }

  private void wentDown(String writer, Failed failed, Trouble trouble) {
    long most = FIRST_PAUSE.toMillis() << Math.min(trouble.failures, MOST_DOUBLINGS);
    long pauseMillis = most / 2 + random.nextLong(most / 2 + 1);
    trouble.failures++;
    trouble.isDown = true;
    trouble.restartAtNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    // Once for each reason, not for each try.
    if (!trouble.reason.equals(failed.reason())) {
      trouble.reason = failed.reason();
      say.accept(
          "writer %s (task %d) failed: %s. It is tried again in %.0f s and from time to time;"
                  .formatted(writer, failed.task(), failed.reason(), pauseMillis / 1e3)
              + " nothing is lost meanwhile. Correct what the reason says; if it is --write itself,"
              + " stop this and start it with the right one");
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
