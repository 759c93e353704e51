package dev.tidings.recorder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What was handed to Kafka's producer and is not settled, in the journal's order. Records settle in
 * any order; the journal is acknowledged up to the first one that has not. Thread-safe.
 */
final class InFlight {
  /** One record on its way. */
  static final class Entry {
    private final Outgoing outgoing;
    private boolean settled;

    Entry(Outgoing outgoing) {
      this.outgoing = outgoing;
    }

    Outgoing outgoing() {
      return outgoing;
    }
  }

  private final int capacity;
  private final LongConsumer acknowledge;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock. */
  private final Deque<Entry> entries = new ArrayDeque<>();

  /** What settled before others that must be sent again. Guarded by the lock. */
  private final Set<Long> settledAhead = new HashSet<>();

  /** Everything before it is in {@link #entries} or settled. Guarded by the lock. */
  private long handedUpTo;

  /** Guarded by the lock. */
  private boolean interrupted;

  /**
   * @param acknowledge told, in rising order, up to where everything is settled
   */
  InFlight(int capacity, long start, LongConsumer acknowledge) {
    this.capacity = capacity;
    this.handedUpTo = start;
    this.acknowledge = acknowledge;
  }

  /** Sending was interrupted: nobody waits for room that will not come. */
  void interrupt() {
    lock.lock();
    try {
      interrupted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a record that is about to be sent, waiting for room.
   *
   * @return null if it settled before, and must not be sent again
   */
  @Nullable Entry add(Outgoing outgoing) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (entries.size() >= capacity && !interrupted) {
        changed.await();
      }
      handedUpTo = Math.max(handedUpTo, outgoing.end());
      Entry entry = new Entry(outgoing);
      entry.settled = settledAhead.remove(outgoing.position());
      entries.addLast(entry);
      if (entry.settled) {
        advance();
        return null;
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is still to be known what became of it. */
  boolean isUnsettled(Entry entry) {
    lock.lock();
    try {
      return !entry.settled;
    } finally {
      lock.unlock();
    }
  }

  /** It is known what became of it; false if that was known before. */
  boolean settle(Entry entry) {
    lock.lock();
    try {
      if (entry.settled) {
        return false;
      }
      entry.settled = true;
      advance();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what is under way: it will be sent again, from the position that is returned. */
  long restart() {
    lock.lock();
    try {
      Entry first = entries.peekFirst();
      long from = first == null ? handedUpTo : first.outgoing.restart();
      for (Entry entry : entries) {
        if (entry.settled) {
          settledAhead.add(entry.outgoing.position());
        }
        // Late callbacks of the old producer change nothing.
        entry.settled = true;
      }
      entries.clear();
      interrupted = false;
      handedUpTo = from;
      changed.signalAll();
      return from;
    } finally {
      lock.unlock();
    }
  }

  /** Everything before this position was added, or needs no sending. */
  void handedUpTo(long position) {
    lock.lock();
    try {
      if (position > handedUpTo) {
        handedUpTo = position;
        if (entries.isEmpty()) {
          acknowledge.accept(position);
          changed.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void advance() {
    long end = -1;
    for (Entry first = entries.peekFirst();
        first != null && first.settled;
        first = entries.peekFirst()) {
      end = first.outgoing.end();
      entries.removeFirst();
    }
    if (end >= 0) {
      acknowledge.accept(entries.isEmpty() ? Math.max(end, handedUpTo) : end);
      changed.signalAll();
    }
  }

  /** Waits until everything before the position is settled; false if the time was over first. */
  boolean awaitSettled(long position, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!isSettled(position)) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isSettled(long position) {
    Entry first = entries.peekFirst();
    return handedUpTo >= position && (first == null || first.outgoing.position() >= position);
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return entries.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is under way, or for so long; whether that is so. */
  boolean awaitEmpty(long millis) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lockInterruptibly();
    try {
      while (!entries.isEmpty() && !interrupted && left > 0) {
        left = changed.awaitNanos(left);
      }
      return entries.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** When the oldest one was appended, in milliseconds since 1970; 0 if there is none. */
  long oldestMillis() {
    lock.lock();
    try {
      Entry first = entries.peekFirst();
      return first == null ? 0 : first.outgoing.event().appendedMillis();
    } finally {
      lock.unlock();
    }
  }
}
