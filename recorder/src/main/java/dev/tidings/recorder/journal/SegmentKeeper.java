package dev.tidings.recorder.journal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's own thread, which does what would hold appends up: makes segments ahead, lets
 * acknowledged ones go, writes to disk.
 */
final class SegmentKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** A disk that does not answer for so long is given up on: the caller is not held for ever. */
  private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);

  private final SegmentChain chain;
  private final Durability durability;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition synced = lock.newCondition();
  private volatile boolean spareWanted = true;
  private volatile boolean retireWanted;

  /** There was no room for a spare: it is tried again when a segment went. The thread's own. */
  private boolean full;

  private volatile boolean closed;

  /** How often somebody asked for what was appended to be on disk. */
  private final AtomicLong syncsWanted = new AtomicLong();

  /** How many of those were answered. Written under the lock. */
  private volatile long syncsDone;

  private SegmentKeeper(SegmentChain chain, Durability durability) {
    this.chain = chain;
    this.durability = durability;
    this.thread = new Thread(this::run, "tidings-journal");
    thread.setDaemon(true);
  }

  static SegmentKeeper start(SegmentChain chain, Durability durability) {
    SegmentKeeper keeper = new SegmentKeeper(chain, durability);
    keeper.thread.start();
    return keeper;
  }

  void prepareSpare() {
    if (!spareWanted) {
      spareWanted = true;
      LockSupport.unpark(thread);
    }
  }

  void retire() {
    retireWanted = true;
    LockSupport.unpark(thread);
  }

  /** Waits until everything that this thread appended is on disk. */
  void awaitSynced() {
    long mine = syncsWanted.incrementAndGet();
    LockSupport.unpark(thread);
    lock.lock();
    try {
      long left = SYNC_LIMIT.toNanos();
      while (syncsDone < mine && !closed && left > 0) {
        left = synced.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // It is in the page cache; the caller's interruption is the caller's business.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long nextSync = System.nanoTime();
    while (!closed) {
      try {
        if (retireWanted) {
          retireWanted = false;
          chain.retire();
          full = false;
        }
        if (spareWanted && !full) {
          full = !chain.makeSpare();
          spareWanted = full;
        }
        long now = System.nanoTime();
        if (isSyncDue(now, nextSync)) {
          sync();
          nextSync = now + period().toNanos();
        }
      } catch (RuntimeException e) {
        LOG.warn("The journal's upkeep failed; it is tried again", e);
      }
      if (!retireWanted && (full || !spareWanted) && !isSyncWanted()) {
        LockSupport.parkNanos(this, period().toNanos());
      }
    }
    if (!(durability instanceof Durability.PageCache)) {
      sync();
    }
  }

  private Duration period() {
    return durability instanceof Durability.SyncEvery every ? every.period() : IDLE;
  }

  private boolean isSyncDue(long now, long nextSync) {
    return isSyncWanted() || (durability instanceof Durability.SyncEvery && now - nextSync >= 0);
  }

  private boolean isSyncWanted() {
    return syncsWanted.get() > syncsDone;
  }

  /** Whoever asked before the call, has what it appended on disk after it. */
  private void sync() {
    long wanted = syncsWanted.get();
    chain.all().forEach(Segment::force);
    lock.lock();
    try {
      syncsDone = wanted;
      synced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      synced.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
