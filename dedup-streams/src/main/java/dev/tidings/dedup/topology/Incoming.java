package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.Occurrence;
import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;
import dev.tidings.wire.SeriesHeader;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record of the recorded topic, whose value is read only when somebody asks for the event. One
 * thread.
 */
final class Incoming {
  private final EventValues values;
  private final Record<byte[], byte[]> record;
  private final @Nullable SeriesHeader header;
  private @Nullable Event event;

  /**
   * @throws MalformedValueException if its header is none of ours
   */
  Incoming(EventValues values, Record<byte[], byte[]> record) {
    this.values = values;
    this.record = record;
    Header raw = record.headers().lastHeader(SeriesHeader.NAME);
    this.header = raw == null ? null : SeriesHeader.parse(raw.value());
  }

  /** As its header says or, without one, its value. */
  Occurrence occurrence() {
    if (header == null) {
      return occurrence(SeriesKey.of(event()));
    }
    return new Occurrence(
        header.key(),
        header.firstMicros(),
        header.lastMicros(),
        header.occurrences(),
        record.timestamp());
  }

  /** As one of another series. */
  Occurrence occurrence(SeriesKey series) {
    Event read = event();
    return new Occurrence(
        series,
        Micros.of(read.getFirstTimestamp()),
        Micros.of(read.getLastTimestamp()),
        read.getCount(),
        record.timestamp());
  }

  /** The event's type, without reading the whole event if possible. */
  String type() {
    return event != null ? event.getType() : values.type(record.value());
  }

  /** As it came. */
  byte[] value() {
    return record.value();
  }

  /**
   * The event.
   *
   * @throws MalformedValueException if there is none, or it is not what its header says it is: the
   *     counts that follow would be of something else
   */
  Event event() {
    if (event == null) {
      Event read = values.read(record.value());
      requireMatch(read);
      event = read;
    }
    return event;
  }

  private void requireMatch(Event read) {
    if (header != null
        && (header.firstMicros() != Micros.of(read.getFirstTimestamp())
            || header.lastMicros() != Micros.of(read.getLastTimestamp())
            || header.occurrences() != read.getCount())) {
      throw new MalformedValueException(
          "header %s contradicts the event".formatted(SeriesHeader.NAME));
    }
  }
}
