package dev.tidings.dedup.topology;

import dev.tidings.event.Event;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;

/**
 * How far times and counts may go, so that nothing that is computed from them overflows: from the
 * year 1684 to 2255, and a thousand million million occurrences in one record.
 */
final class Ranges {
  private static final long FARTHEST_MICROS = 9_000_000_000_000_000L;
  private static final long MOST_OCCURRENCES = 1_000_000_000_000_000L;

  private Ranges() {}

  static boolean contain(long firstMicros, long lastMicros, long occurrences) {
    return firstMicros >= -FARTHEST_MICROS
        && lastMicros <= FARTHEST_MICROS
        && occurrences <= MOST_OCCURRENCES;
  }

  /**
   * @throws MalformedValueException if they do not contain these
   */
  static void require(long firstMicros, long lastMicros, long occurrences) {
    if (!contain(firstMicros, lastMicros, occurrences)) {
      throw new MalformedValueException(
          "times %d to %d µs and %d occurrences are out of range"
              .formatted(firstMicros, lastMicros, occurrences));
    }
  }

  /**
   * @throws MalformedValueException if they do not contain the event's
   */
  static void require(Event event) {
    try {
      require(
          Micros.of(event.getFirstTimestamp()),
          Micros.of(event.getLastTimestamp()),
          event.getCount());
    } catch (ArithmeticException e) {
      throw new MalformedValueException(
          "times %s to %s are out of range"
              .formatted(event.getFirstTimestamp(), event.getLastTimestamp()),
          e);
    }
  }
}
