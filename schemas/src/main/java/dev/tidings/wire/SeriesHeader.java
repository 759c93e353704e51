package dev.tidings.wire;

import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The header {@value #NAME}: all that a repeat needs, so that its value is never decoded.
 *
 * <pre>
 *  0              16          24          32           36
 *  +--------------+-----------+-----------+------------+
 *  | series key   | first, µs | last, µs  | occurrences|   big-endian
 *  +--------------+-----------+-----------+------------+
 * </pre>
 *
 * @param key the series that the record belongs to
 * @param firstMicros first occurrence that the record stands for, microseconds since 1970
 * @param lastMicros last occurrence that the record stands for
 * @param occurrences how many it stands for, at least 1
 */
public record SeriesHeader(SeriesKey key, long firstMicros, long lastMicros, int occurrences) {
  /** The header's name. */
  public static final String NAME = "tidings-series";

  /** The header's length in bytes. */
  public static final int LENGTH = SeriesKey.LENGTH + 2 * Long.BYTES + Integer.BYTES;

  /**
   * The header of a record.
   *
   * @return empty if it stands for more occurrences than the header can say: then it is read from
   *     its value
   */
  public static Optional<SeriesHeader> of(Event event) {
    if (event.getCount() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    return Optional.of(
        new SeriesHeader(
            SeriesKey.of(event),
            Micros.of(event.getFirstTimestamp()),
            Micros.of(event.getLastTimestamp()),
            (int) event.getCount()));
  }

  /** The header's bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(key.high())
        .putLong(key.low())
        .putLong(firstMicros)
        .putLong(lastMicros)
        .putInt(occurrences)
        .array();
  }

  /**
   * @throws MalformedValueException if the bytes are no such header
   */
  public static SeriesHeader parse(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new MalformedValueException(
          "header %s has %d bytes, not %d".formatted(NAME, bytes.length, LENGTH));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    SeriesHeader header =
        new SeriesHeader(
            new SeriesKey(in.getLong(), in.getLong()), in.getLong(), in.getLong(), in.getInt());
    if (header.occurrences < 1 || header.lastMicros < header.firstMicros) {
      throw new MalformedValueException(
          "header %s is inconsistent: %d occurrences from %d to %d"
              .formatted(NAME, header.occurrences, header.firstMicros, header.lastMicros));
    }
    return header;
  }
}
