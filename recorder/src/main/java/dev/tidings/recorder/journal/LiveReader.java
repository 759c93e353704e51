package dev.tidings.recorder.journal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads behind the appends of its own process. One thread reads; any thread wakes it, or makes it
 * leave a segment that must go. Its lock is taken after the chain's, never before.
 */
final class LiveReader {
  /** After this long without a record the reader sleeps more deeply, and appends wake it. */
  private static final long RESTLESS_NANOS = Duration.ofMillis(50).toNanos();

  /**
   * While there is traffic the reader looks by itself, this often: then no append ever pays for a
   * wake-up.
   */
  private static final long GLANCE_NANOS = Duration.ofMillis(1).toNanos();

  /**
   * An append may miss a reader that is just falling asleep; it does not sleep longer than this.
   */
  private static final long NAP_NANOS = Duration.ofMillis(50).toNanos();

  private final SegmentChain chain;

  /** Guarded by this. */
  private Segment segment;

  /** Guarded by this. */
  private int offset = Segment.HEADER_BYTES;

  private volatile @Nullable Thread asleep;
  private long lastReadNanos = System.nanoTime();

  LiveReader(SegmentChain chain, Segment first) {
    this.chain = chain;
    this.segment = first;
  }

  synchronized @Nullable JournalRecord next() {
    while (toNextFrame()) {
      int length = segment.lengthAt(offset);
      int at = offset;
      if (Frame.isSkip(length)) {
        offset += Frame.skipped(length);
        continue;
      }
      offset += Frame.sizeOf(length);
      lastReadNanos = System.nanoTime();
      return new JournalRecord(
          segment.base() + at, segment.base() + offset, segment.payloadAt(at, length));
    }
    return null;
  }

  /** Moves on to the next segment at the end of one; whether a committed frame is here. */
  private boolean toNextFrame() {
    if (offset == segment.capacity()) {
      Segment next = segment.next();
      if (next == null) {
        return false;
      }
      segment = next;
      offset = Segment.HEADER_BYTES;
    }
    return segment.lengthAt(offset) > 0;
  }

  synchronized long position() {
    return segment.base() + offset;
  }

  void rewind(long position) {
    Segment found = chain.segmentAt(position);
    synchronized (this) {
      segment = found;
      offset = (int) Math.max(Segment.HEADER_BYTES, position - found.base());
    }
  }

  synchronized boolean isBehind(Segment other) {
    return segment != other;
  }

  /**
   * Makes the reader leave a segment.
   *
   * @return how many records it has not read there; -1 if one of them is still being appended
   */
  synchronized int leave(Segment going) {
    if (segment != going) {
      return 0;
    }
    Segment next = going.next();
    int unread = going.recordsFrom(offset);
    if (next == null || unread < 0) {
      return -1;
    }
    segment = next;
    offset = Segment.HEADER_BYTES;
    return unread;
  }

  synchronized boolean isAtSealedEnd() {
    return chain.isSealed() && offset == segment.capacity() && segment.next() == null;
  }

  private synchronized boolean hasNext() {
    return toNextFrame();
  }

  void awaitAppended(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + Nanos.of(atMost);
    while (!hasNext() && !isAtSealedEnd()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long now = System.nanoTime();
      long left = deadline - now;
      if (left <= 0) {
        return;
      }
      if (now - lastReadNanos < RESTLESS_NANOS) {
        LockSupport.parkNanos(this, Math.min(left, GLANCE_NANOS));
      } else {
        asleep = Thread.currentThread();
        if (!hasNext()) {
          LockSupport.parkNanos(this, Math.min(left, NAP_NANOS));
        }
        asleep = null;
      }
    }
  }

  void wakeIfAsleep() {
    Thread sleeper = asleep;
    if (sleeper != null) {
      asleep = null;
      LockSupport.unpark(sleeper);
    }
  }
}
