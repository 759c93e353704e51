package dev.tidings.recorder.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments in use, oldest first, and the way from one to the next. Thread-safe; only what
 * changes the chain takes the lock.
 */
final class SegmentChain {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final SegmentPool pool;
  private final WhenFull whenFull;
  private final LiveReader reader;
  private final LogLimit logLimit = LogLimit.oncePerMinute();
  private final LongAdder droppedOldest = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Oldest first; the last one is the active one. Guarded by the lock. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  /** Made ahead, to follow the active one. Written under the lock. */
  private volatile @Nullable Segment spare;

  private volatile Segment active;
  private volatile long oldestEnd;
  private volatile long oldestBase;
  private volatile boolean sealed;

  /** Guarded by the lock. */
  private long acknowledged;

  SegmentChain(SegmentPool pool, WhenFull whenFull) throws IOException {
    this.pool = pool;
    this.whenFull = whenFull;
    Segment first = pool.take(0);
    if (first == null) {
      throw new IOException("no room for a single segment");
    }
    this.active = first;
    this.oldestEnd = first.end();
    segments.add(first);
    this.reader = new LiveReader(this, first);
  }

  LiveReader reader() {
    return reader;
  }

  Segment active() {
    return active;
  }

  boolean isSealed() {
    return sealed;
  }

  boolean hasSpare() {
    return spare != null;
  }

  long oldestBase() {
    return oldestBase;
  }

  long droppedOldest() {
    return droppedOldest.sum();
  }

  /**
   * Called by an append that found {@code full} full.
   *
   * @param mayWait whether the caller may be made to wait for room
   * @return 0 if there is another active segment, else why not, as {@link Journal#append} does
   */
  long advanceFrom(Segment full, boolean mayWait) {
    if (active != full) {
      return 0;
    }
    if (sealed) {
      return Journal.SEALED;
    }
    lock.lock();
    try {
      return advance(full, mayWait) ? 0 : sealed ? Journal.SEALED : Journal.FULL;
    } finally {
      lock.unlock();
    }
  }

  private boolean advance(Segment full, boolean mayWait) {
    long waitNanos =
        mayWait && whenFull instanceof WhenFull.Wait wait ? Nanos.of(wait.atMost()) : 0;
    while (active == full) {
      if (sealed) {
        return false;
      }
      Segment next = spare != null ? spare : make();
      if (next != null) {
        spare = null;
        segments.add(next);
        full.linkTo(next);
        active = next;
      } else if (whenFull instanceof WhenFull.DropOldest) {
        if (!dropOldest()) {
          return false;
        }
      } else if (waitNanos <= 0) {
        return false;
      } else {
        waitNanos = await(waitNanos);
      }
    }
    return true;
  }

  /** The time left; none if the thread was interrupted, which is not for an append to handle. */
  private long await(long nanos) {
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private @Nullable Segment make() {
    try {
      return pool.take(active.end());
    } catch (IOException e) {
      LOG.warn("The journal cannot grow: {}", e.toString());
      return null;
    }
  }

  /** Lets the oldest segment go although it is not acknowledged; false if it cannot be spared. */
  private boolean dropOldest() {
    if (segments.size() < 2) {
      // The reader needs somewhere to stand.
      return false;
    }
    int unread = reader.leave(segments.getFirst());
    if (unread < 0) {
      return false;
    }
    droppedOldest.add(unread);
    logLimit.run(
        "oldest",
        () ->
            LOG.warn(
                "The journal is full: the oldest events make room for new ones; {} were dropped so"
                    + " far. Is Kafka reachable?",
                droppedOldest.sum()));
    removeOldest();
    return true;
  }

  private void removeOldest() {
    pool.give(segments.removeFirst());
    Segment oldest = segments.getFirst();
    oldestBase = oldest.base();
    oldestEnd = oldest.end();
    changed.signalAll();
  }

  /** Makes the segment that will follow the active one; false if there is no room for it. */
  boolean makeSpare() {
    lock.lock();
    try {
      if (spare == null && !sealed) {
        spare = make();
      }
      return spare != null || sealed;
    } finally {
      lock.unlock();
    }
  }

  /** Notes what is acknowledged; whether that lets segments go. */
  boolean acknowledged(long position) {
    boolean free = position >= oldestEnd;
    if (free) {
      lock.lock();
      try {
        acknowledged = position;
      } finally {
        lock.unlock();
      }
    }
    return free;
  }

  /** Lets the segments go whose records are all acknowledged. */
  void retire() {
    lock.lock();
    try {
      while (segments.size() > 1
          && segments.getFirst().end() <= acknowledged
          && reader.isBehind(segments.getFirst())) {
        removeOldest();
      }
    } finally {
      lock.unlock();
    }
  }

  void seal() {
    lock.lock();
    try {
      if (!sealed) {
        sealed = true;
        active.seal();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The segment that a position is in; the oldest if it is no more there. */
  Segment segmentAt(long position) {
    lock.lock();
    try {
      for (Segment segment : segments) {
        if (position < segment.end()) {
          return segment;
        }
      }
      return segments.getLast();
    } finally {
      lock.unlock();
    }
  }

  /** All segments, oldest first. */
  List<Segment> all() {
    lock.lock();
    try {
      return new ArrayList<>(segments);
    } finally {
      lock.unlock();
    }
  }
}
