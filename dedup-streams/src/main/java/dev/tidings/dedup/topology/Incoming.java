package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.Occurrence;
import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;
import dev.tidings.wire.SeriesHeader;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record of the recorded topic, whose value is read as far as somebody asks for it: of a repeat
 * nothing, of a usual first occurrence what an {@link EventScan} finds, otherwise all. One thread.
 */
final class Incoming {
  private final EventValues values;
  private final Record<byte[], byte[]> record;
  private final @Nullable SeriesHeader header;
  private boolean scanned;
  private @Nullable EventScan scan;
  private @Nullable UUID scannedId;
  private @Nullable Event event;

  /**
   * @throws MalformedValueException if its header is none of ours
   */
  Incoming(EventValues values, Record<byte[], byte[]> record) {
    this.values = values;
    this.record = record;
    Header raw = record.headers().lastHeader(SeriesHeader.NAME);
    this.header = raw == null ? null : SeriesHeader.parse(raw.value());
    if (header != null) {
      Ranges.require(header.firstMicros(), header.lastMicros(), header.occurrences());
    }
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

  /** The event's type, also of a record that is not looked at any further. */
  String typeOnly() {
    return event != null ? event.getType() : values.type(record.value());
  }

  /** The event's type. */
  String type() {
    EventScan plain = scan();
    return plain != null ? plain.type() : event().getType();
  }

  /** The event's id. */
  UUID id() {
    return scan() != null && scannedId != null ? scannedId : event().getId();
  }

  /** What a storm is counted by: a hash of type, severity, source and object. */
  long stormKey() {
    EventScan plain = scan();
    return plain != null
        ? KindHash.ofKind(record.value(), plain.kindStart(), plain.kindEnd())
        : KindHash.ofKind(event());
  }

  /** What a limit is counted by: a hash of the source. */
  SeriesKey sourceKey() {
    EventScan plain = scan();
    return plain != null
        ? KindHash.ofSource(record.value(), plain.sourceStart(), plain.sourceEnd())
        : KindHash.ofSource(event());
  }

  /** The value in our schema: as it came, if it came so. */
  byte[] ours() {
    return scan() != null ? record.value() : values.ours(record.value(), event());
  }

  /** Null if the event must be read in full. */
  private @Nullable EventScan scan() {
    if (!scanned && event == null) {
      scanned = true;
      EventScan found = values.scan(record.value());
      if (found != null) {
        requireMatch(found.firstMicros(), found.lastMicros(), found.count());
        scannedId = found.id();
        scan = scannedId == null ? null : found;
      }
    }
    return scan;
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
      requireMatch(
          Micros.of(read.getFirstTimestamp()), Micros.of(read.getLastTimestamp()), read.getCount());
      event = read;
    }
    return event;
  }

  private void requireMatch(long firstMicros, long lastMicros, long count) {
    if (header != null
        && (header.firstMicros() != firstMicros
            || header.lastMicros() != lastMicros
            || header.occurrences() != count)) {
      throw new MalformedValueException(
          "header %s contradicts the event".formatted(SeriesHeader.NAME));
    }
  }
}
