package dev.tidings.dedup.rules;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;

/**
 * The open window of a series, and the event that its occurrences are counted on.
 *
 * <pre>
 *  0          16         24        32       40      48           56            64
 *  +----------+----------+---------+--------+-------+------------+-------------+
 *  | event id | opened µs| first µs| last µs| count | arrival ms | interval ms |   big-endian
 *  +----------+----------+---------+--------+-------+------------+-------------+
 * </pre>
 *
 * @param eventId the event that opened it
 * @param openedMicros its event time, which does not move
 * @param firstMicros earliest occurrence
 * @param lastMicros latest occurrence
 * @param count occurrences
 * @param arrivalMillis when the newest of them was appended to the log
 * @param intervalMillis D, as it was set when the window opened: a repeat needs no look at its type
 */
public record SeriesWindow(
    UUID eventId,
    long openedMicros,
    long firstMicros,
    long lastMicros,
    long count,
    long arrivalMillis,
    long intervalMillis) {

  /** The length of its bytes. */
  public static final int LENGTH = 8 * Long.BYTES;

  /** The window that an occurrence opens. */
  public static SeriesWindow open(UUID eventId, Occurrence by, Duration interval) {
    return new SeriesWindow(
        eventId,
        by.firstMicros(),
        by.firstMicros(),
        by.lastMicros(),
        by.count(),
        by.arrivalMillis(),
        interval.toMillis());
  }

  /** The same window with one more record in it. */
  SeriesWindow plus(Occurrence repeat) {
    return new SeriesWindow(
        eventId,
        openedMicros,
        Math.min(firstMicros, repeat.firstMicros()),
        Math.max(lastMicros, repeat.lastMicros()),
        count + repeat.count(),
        Math.max(arrivalMillis, repeat.arrivalMillis()),
        intervalMillis);
  }

  /** Writes it as it is stored. */
  public void writeTo(ByteBuffer out) {
    out.putLong(eventId.getMostSignificantBits())
        .putLong(eventId.getLeastSignificantBits())
        .putLong(openedMicros)
        .putLong(firstMicros)
        .putLong(lastMicros)
        .putLong(count)
        .putLong(arrivalMillis)
        .putLong(intervalMillis);
  }

  /** What {@link #writeTo} wrote. */
  public static SeriesWindow readFrom(ByteBuffer in) {
    return new SeriesWindow(
        new UUID(in.getLong(), in.getLong()),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}
