package dev.tidings.recorder.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives segments out and takes them back: from files as long as that works, else from memory.
 * Retired ones are used again. Guarded by its caller's lock.
 */
final class SegmentPool {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int MAX_IDLE = 2;
  private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

  private final SegmentStore files;
  private final SegmentStore memory;
  private final int segmentBytes;
  private final LongSupplier nanoTime;
  private final Deque<Segment> idle = new ArrayDeque<>();
  private long fileBytes;
  private long memoryBytes;
  private @Nullable Long filesFailedAtNanos;

  /**
   * @param files the same as {@code memory} if there is no directory
   */
  SegmentPool(SegmentStore files, SegmentStore memory, int segmentBytes, LongSupplier nanoTime) {
    this.files = files;
    this.memory = memory;
    this.segmentBytes = segmentBytes;
    this.nanoTime = nanoTime;
  }

  /**
   * A segment that starts at {@code base}, or null if there is no room for one.
   *
   * @throws IOException if there is no memory either
   */
  @Nullable Segment take(long base) throws IOException {
    Segment used = idle.poll();
    if (used != null) {
      try {
        return files.reuse(used, base);
      } catch (IOException e) {
        fileBytes -= used.capacity();
        warnOnce(e);
      }
    }
    if (files != memory && mayTryFiles()) {
      if (fileBytes + segmentBytes > files.maxBytes()) {
        return null;
      }
      try {
        Segment made = files.create(base);
        fileBytes += segmentBytes;
        if (filesFailedAtNanos != null) {
          filesFailedAtNanos = null;
          LOG.info("The journal's directory can be written again");
        }
        return made;
      } catch (IOException e) {
        warnOnce(e);
      }
    }
    if (memoryBytes + segmentBytes > memory.maxBytes()) {
      return null;
    }
    Segment made = memory.create(base);
    memoryBytes += segmentBytes;
    return made;
  }

  private boolean mayTryFiles() {
    return filesFailedAtNanos == null || nanoTime.getAsLong() - filesFailedAtNanos >= RETRY_NANOS;
  }

  private void warnOnce(IOException e) {
    if (filesFailedAtNanos == null) {
      LOG.warn(
          "The journal cannot be written ({}): events are kept in memory, up to {} bytes, and do"
              + " not survive this process until it can",
          e.toString(),
          memory.maxBytes());
    }
    filesFailedAtNanos = nanoTime.getAsLong();
  }

  /** Takes a segment back that nobody writes or reads any more. */
  void give(Segment retired) {
    boolean ofFiles = retired.file() != null;
    if (ofFiles == (files != memory) && idle.size() < MAX_IDLE) {
      idle.add(retired);
      return;
    }
    try {
      (ofFiles ? files : memory).remove(retired);
    } catch (IOException e) {
      LOG.warn("Segment {} cannot be removed: {}", retired.file(), e.toString());
    }
    if (ofFiles) {
      fileBytes -= retired.capacity();
    } else {
      memoryBytes -= retired.capacity();
    }
  }
}
