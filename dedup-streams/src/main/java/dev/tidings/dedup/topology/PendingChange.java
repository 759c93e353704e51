package dev.tidings.dedup.topology;

import java.nio.ByteBuffer;

/**
 * What the next batch must say of an event.
 *
 * <pre>
 *  0             8         16       24      32         40
 *  +-------------+---------+--------+-------+----------+-------+
 *  | occurrences | first µs| last µs| count | through  | flags |   big-endian
 *  +-------------+---------+--------+-------+----------+-------+
 * </pre>
 *
 * @param occurrences how many the batch adds
 * @param firstMicros earliest occurrence
 * @param lastMicros latest occurrence
 * @param count occurrences of the event in all
 * @param through the offset behind the newest record counted here
 * @param unsent whether the events topic still has an older state
 * @param detached whether no window counts on this event any more, so that it is forgotten once
 *     sent
 */
record PendingChange(
    long occurrences,
    long firstMicros,
    long lastMicros,
    long count,
    long through,
    boolean unsent,
    boolean detached) {

  private static final int LENGTH = 5 * Long.BYTES + 1;
  private static final int UNSENT = 1;
  private static final int DETACHED = 2;

  PendingChange sent() {
    return new PendingChange(occurrences, firstMicros, lastMicros, count, through, false, detached);
  }

  PendingChange withoutWindow() {
    return new PendingChange(occurrences, firstMicros, lastMicros, count, through, unsent, true);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(occurrences)
        .putLong(firstMicros)
        .putLong(lastMicros)
        .putLong(count)
        .putLong(through)
        .put((byte) ((unsent ? UNSENT : 0) | (detached ? DETACHED : 0)))
        .array();
  }

  static PendingChange fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long occurrences = in.getLong();
    long first = in.getLong();
    long last = in.getLong();
    long count = in.getLong();
    long through = in.getLong();
    byte flags = in.get();
    return new PendingChange(
        occurrences, first, last, count, through, (flags & UNSENT) != 0, (flags & DETACHED) != 0);
  }
}
