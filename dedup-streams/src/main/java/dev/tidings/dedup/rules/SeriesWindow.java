package dev.tidings.dedup.rules;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The open window of a series, and the event that its occurrences are counted on.
 *
 * <pre>
 *  0          16         24        32       40      48            56
 *  +----------+----------+---------+--------+-------+-------------+
 *  | event id | opened µs| first µs| last µs| count | arrival ms  |   big-endian
 *  +----------+----------+---------+--------+-------+-------------+
 * </pre>
 *
 * @param eventId the event that opened it
 * @param openedMicros its event time, which does not move
 * @param firstMicros earliest occurrence
 * @param lastMicros latest occurrence
 * @param count occurrences
 * @param arrivalMillis when the newest of them was appended to the log
 */
public record SeriesWindow(
    UUID eventId,
    long openedMicros,
    long firstMicros,
    long lastMicros,
    long count,
    long arrivalMillis) {

  /** The length of its bytes. */
  public static final int LENGTH = 7 * Long.BYTES;

  /** The window that an occurrence opens. */
  public static SeriesWindow open(UUID eventId, Occurrence by) {
    return new SeriesWindow(
        eventId,
        by.firstMicros(),
        by.firstMicros(),
        by.lastMicros(),
        by.count(),
        by.arrivalMillis());
  }

  /** The same window with one more record in it. */
  SeriesWindow plus(Occurrence repeat) {
    return new SeriesWindow(
        eventId,
        openedMicros,
        Math.min(firstMicros, repeat.firstMicros()),
        Math.max(lastMicros, repeat.lastMicros()),
        count + repeat.count(),
        Math.max(arrivalMillis, repeat.arrivalMillis()));
  }

  /** As it is stored. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(eventId.getMostSignificantBits())
        .putLong(eventId.getLeastSignificantBits())
        .putLong(openedMicros)
        .putLong(firstMicros)
        .putLong(lastMicros)
        .putLong(count)
        .putLong(arrivalMillis)
        .array();
  }

  /** What {@link #toBytes} wrote. */
  public static SeriesWindow fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new SeriesWindow(
        new UUID(in.getLong(), in.getLong()),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}
