package dev.tidings.recorder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted and not yet handed to the producer, in order: bounded, and closed once. Any
 * thread offers, one takes.
 */
final class SendQueue {
  /** Whether an event was accepted. */
  enum Admission {
    TAKEN(""),
    FULL("too many events wait to be sent; is Kafka reachable?"),
    CLOSED("the recorder is closed");

    private final String reason;

    Admission(String reason) {
      this.reason = reason;
    }

    /** Why not, for people. */
    String reason() {
      return reason;
    }
  }

  private final int capacity;
  private final Outstanding outstanding = new Outstanding();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock. */
  private final Deque<PendingEvent> waiting = new ArrayDeque<>();

  /** Guarded by the lock. */
  private boolean closed;

  SendQueue(int capacity) {
    this.capacity = capacity;
  }

  Admission offer(PendingEvent pending) {
    lock.lock();
    try {
      if (closed) {
        return Admission.CLOSED;
      }
      if (waiting.size() >= capacity) {
        return Admission.FULL;
      }
      Outstanding.Epoch epoch = outstanding.enter();
      // Registered first, so it runs when everybody else who holds the result was told.
      pending.result().whenComplete((result, never) -> outstanding.leave(epoch));
      waiting.addLast(pending);
      changed.signalAll();
      return Admission.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** The next one, waiting for it; null when the queue is closed and empty. */
  @Nullable PendingEvent take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return waiting.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more. What is there can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that still waits, which the caller must complete. */
  List<PendingEvent> drain() {
    lock.lock();
    try {
      List<PendingEvent> rest = new ArrayList<>(waiting);
      waiting.clear();
      return rest;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything accepted before is completed; false if the time was over first. */
  boolean awaitOutstanding(Duration timeout) throws InterruptedException {
    return outstanding.await(timeout);
  }
}
