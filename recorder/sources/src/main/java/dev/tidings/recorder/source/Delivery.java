package dev.tidings.recorder.source;

import dev.tidings.recorder.RecordResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands observations to the recorder, a bounded number of them at a time, each until it is safe.
 * Thread-safe.
 */
final class Delivery {
  private static final String RETRY = "%s is not recorded yet (%s): it will be tried again";

  private final Outlet outlet;
  private final Confirmation confirmation;
  private final int maxPending;
  private final Semaphore room;
  private final ScheduledExecutorService timer;
  private final Backoff backoff;
  private final SourceErrorHandler errors;
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong retried = new AtomicLong();
  private volatile boolean ended;

  /**
   * @param timer runs what is tried again; the caller ends it
   */
  Delivery(
      Outlet outlet,
      Confirmation confirmation,
      int maxPending,
      ScheduledExecutorService timer,
      Backoff backoff,
      SourceErrorHandler errors) {
    this.outlet = outlet;
    this.confirmation = confirmation;
    this.maxPending = maxPending;
    this.room = new Semaphore(maxPending);
    this.timer = timer;
    this.backoff = backoff;
    this.errors = errors;
  }

  /**
   * Takes an observation if there is room for it.
   *
   * @param safe is called once, by any thread, when it need not be recorded again
   * @return false if there is no room
   */
  boolean offer(Observation seen, Runnable safe) {
    if (!room.tryAcquire()) {
      return false;
    }
    submit(seen, safe, 1);
    return true;
  }

  /** Takes an observation when there is room for it. */
  void put(Observation seen) throws InterruptedException {
    room.acquire();
    submit(seen, () -> {}, 1);
  }

  /** Waits until at least half of the room is free. */
  void awaitRoom() throws InterruptedException {
    int half = Math.max(1, maxPending / 2);
    room.acquire(half);
    room.release(half);
  }

  /**
   * Waits until nothing is pending; then, or when the time is over, tries nothing again.
   *
   * @return whether nothing is pending
   */
  boolean end(Duration timeout) throws InterruptedException {
    boolean empty =
        room.tryAcquire(maxPending, Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
    if (empty) {
      room.release(maxPending);
    }
    ended = true;
    return empty;
  }

  long recorded() {
    return recorded.get();
  }

  long refused() {
    return refused.get();
  }

  long retried() {
    return retried.get();
  }

  long pending() {
    return maxPending - room.availablePermits();
  }

  private void submit(Observation seen, Runnable safe, int attempt) {
    CompletableFuture<RecordResult> result = outlet.submit(seen);
    if (confirmation == Confirmation.ACCEPTED && !result.isDone()) {
      finish(recorded, safe);
      return;
    }
    var unused = result.thenAccept(outcome -> settle(seen, safe, attempt, outcome));
  }

  private void settle(Observation seen, Runnable safe, int attempt, RecordResult outcome) {
    if (outcome instanceof RecordResult.Failed failed) {
      tryAgain(seen, safe, attempt, failed.reason());
    } else if (outcome instanceof RecordResult.Refused no) {
      errors.onError("%s was refused: %s".formatted(seen.type(), no.reason()), null);
      finish(refused, safe);
    } else {
      finish(recorded, safe);
    }
  }

  private void tryAgain(Observation seen, Runnable safe, int attempt, String reason) {
    if (ended) {
      return;
    }
    if (attempt == 1) {
      errors.onError(RETRY.formatted(seen.type(), reason), null);
    }
    retried.incrementAndGet();
    long pause = backoff.pause(attempt).toMillis();
    var unused =
        timer.schedule(() -> submit(seen, safe, attempt + 1), pause, TimeUnit.MILLISECONDS);
  }

  private void finish(AtomicLong counter, Runnable safe) {
    counter.incrementAndGet();
    safe.run();
    room.release();
  }
}
