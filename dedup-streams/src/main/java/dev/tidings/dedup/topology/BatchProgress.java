package dev.tidings.dedup.topology;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition's batches are.
 *
 * <pre>
 *  0               8            16              24
 *  +---------------+------------+---------------+---------+
 *  | next sequence | opened ms  | batch through | through |   big-endian
 *  +---------------+------------+---------------+---------+
 * </pre>
 *
 * @param nextSequence the number of the next batch
 * @param openedMillis when the first change after the newest batch was seen, or {@link #NOT_OPEN}
 * @param batchThrough what the newest batch says
 * @param through the offset behind the newest record that changed nothing; one that changed an
 *     event is known from its {@link PendingChange}
 */
record BatchProgress(long nextSequence, long openedMillis, long batchThrough, long through) {
  static final long NOT_OPEN = Long.MIN_VALUE;
  private static final BatchProgress START = new BatchProgress(0, NOT_OPEN, 0, 0);

  boolean isOpen() {
    return openedMillis != NOT_OPEN;
  }

  BatchProgress opened(long nowMillis) {
    return new BatchProgress(nextSequence, nowMillis, batchThrough, through);
  }

  BatchProgress passed(long newThrough) {
    return new BatchProgress(nextSequence, openedMillis, batchThrough, newThrough);
  }

  BatchProgress closed(long newThrough) {
    return new BatchProgress(nextSequence + 1, NOT_OPEN, newThrough, newThrough);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(4 * Long.BYTES)
        .putLong(nextSequence)
        .putLong(openedMillis)
        .putLong(batchThrough)
        .putLong(through)
        .array();
  }

  static BatchProgress fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return START;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new BatchProgress(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }
}
