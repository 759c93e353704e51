package dev.tidings.recorder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts what is under way, so that one can wait for all that was under way at some moment, however
 * much comes after it. Thread-safe.
 *
 * <p>Each wait ends an epoch. What enters later belongs to the next one and is not waited for.
 */
final class Outstanding {
  /** What entered between two waits. Guarded by the lock. */
  static final class Epoch {
    private long count;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Oldest first; the last one takes what enters. Guarded by the lock. */
  private final Deque<Epoch> epochs = new ArrayDeque<>();

  Outstanding() {
    epochs.add(new Epoch());
  }

  Epoch enter() {
    lock.lock();
    try {
      Epoch current = epochs.getLast();
      current.count++;
      return current;
    } finally {
      lock.unlock();
    }
  }

  void leave(Epoch epoch) {
    lock.lock();
    try {
      epoch.count--;
      if (epoch.count == 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for all that entered before; false if the time was over first. */
  boolean await(Duration timeout) throws InterruptedException {
    long nanos = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      Epoch last = epochs.getLast();
      epochs.addLast(new Epoch());
      while (!isOver(last)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this epoch and all before it are empty; those are forgotten. */
  private boolean isOver(Epoch epoch) {
    while (epochs.size() > 1 && epochs.getFirst().count == 0) {
      epochs.removeFirst();
    }
    return !epochs.contains(epoch) || (epochs.getFirst() == epoch && epoch.count == 0);
  }
}
