package dev.tidings.dedup.topology;

import java.nio.ByteBuffer;

/**
 * How far a partition's batches are.
 *
 * <pre>
 *  0               8            16        24
 *  +---------------+------------+---------+
 *  | next sequence | opened ms  | through |   big-endian
 *  +---------------+------------+---------+
 * </pre>
 *
 * @param nextSequence the number of the next batch
 * @param openedMillis when the first record after the newest batch was seen, or {@link #NOT_OPEN}
 * @param through the offset behind the newest record seen
 */
record BatchProgress(long nextSequence, long openedMillis, long through) {
  static final long NOT_OPEN = Long.MIN_VALUE;
  static final BatchProgress START = new BatchProgress(0, NOT_OPEN, 0);

  boolean isOpen() {
    return openedMillis != NOT_OPEN;
  }

  /** With one more record seen. */
  BatchProgress passed(long newThrough, long nowMillis) {
    return new BatchProgress(nextSequence, isOpen() ? openedMillis : nowMillis, newThrough);
  }

  BatchProgress closed() {
    return new BatchProgress(nextSequence + 1, NOT_OPEN, through);
  }

  /** With no batch before this one. */
  BatchProgress atLeast(long sequence) {
    return sequence <= nextSequence ? this : new BatchProgress(sequence, openedMillis, through);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(nextSequence)
        .putLong(openedMillis)
        .putLong(through)
        .array();
  }

  static BatchProgress readFrom(ByteBuffer in) {
    return new BatchProgress(in.getLong(), in.getLong(), in.getLong());
  }
}
