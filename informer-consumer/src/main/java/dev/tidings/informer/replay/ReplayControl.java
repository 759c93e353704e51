package dev.tidings.informer.replay;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Holds a running replay up: pause, single steps, stop. Safe for any thread. */
public final class ReplayControl {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongSupplier nanoTime;
  private final Waiting waiting;
  private boolean paused;
  private boolean stopped;
  private long steps;
  // What pauses have added to the time that was to be kept.
  private long pausedNanos;

  /** How time passes. */
  @FunctionalInterface
  interface Waiting {
    /** Waits until there is a change, for so long at most. The condition's lock is held. */
    void await(Condition changed, long nanos) throws InterruptedException;
  }

  public ReplayControl() {
    this(System::nanoTime, Condition::awaitNanos);
  }

  /**
   * @param nanoTime the time, as {@link System#nanoTime()}
   */
  ReplayControl(LongSupplier nanoTime, Waiting waiting) {
    this.nanoTime = nanoTime;
    this.waiting = waiting;
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
          waiting.await(changed, Long.MAX_VALUE);
          pausedNanos += nanoTime.getAsLong() - now;
          continue;
        }
        long left = dueNanos + pausedNanos - now;
        if (left <= 0) {
          return true;
        }
        waiting.await(changed, left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}
