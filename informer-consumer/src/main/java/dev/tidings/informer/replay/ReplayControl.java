package dev.tidings.informer.replay;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Holds a running replay up: pause, single steps, stop. Safe for any thread. */
public final class ReplayControl {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongSupplier nanoTime;
  private boolean paused;
  private boolean stopped;
  private long steps;
  // What pauses have added to the time that was to be kept.
  private long pausedNanos;

  public ReplayControl() {
    this(System::nanoTime);
  }

  /**
   * @param nanoTime the time, as {@link System#nanoTime()}
   */
  public ReplayControl(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Nothing more comes until {@link #resume} or {@link #step}. */
  public void pause() {
    change(() -> paused = true);
  }

  /** Goes on, at its pace from here on. */
  public void resume() {
    change(
        () -> {
          paused = false;
          steps = 0;
        });
  }

  /** Lets so many records through, at once, and pauses after them. */
  public void step(int records) {
    change(
        () -> {
          paused = true;
          steps += records;
        });
  }

  /** Ends the replay; what is being handled is finished. */
  public void stop() {
    change(() -> stopped = true);
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Waits until a record may go.
   *
   * @param dueNanos when it should, if there had been no pauses
   * @return whether it may; false if the replay is stopped
   */
  boolean awaitTurn(long dueNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!stopped) {
        long now = nanoTime.getAsLong();
        if (paused) {
          if (steps > 0) {
            steps--;
            // The pace goes on from this record.
            pausedNanos = now - dueNanos;
            return true;
          }
          changed.await();
          pausedNanos += nanoTime.getAsLong() - now;
          continue;
        }
        long left = dueNanos + pausedNanos - now;
        if (left <= 0) {
          return true;
        }
        changed.awaitNanos(Math.min(left, Duration.ofSeconds(1).toNanos()));
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}
