package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.recorder.journal.JournalRecord;
import dev.tidings.wire.AvroBytes;
import dev.tidings.wire.EventEncoder;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.Micros;
import dev.tidings.wire.SeriesHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event as it is in the journal: all that its record on the topic needs, so that sending it
 * decodes nothing.
 *
 * <pre>
 *  0             8            24      32     40      48           52             56
 *  +-------------+------------+-------+------+-------+------------+--------------+--------
 *  | appended,ms | series key | first | last | count | key length | trace length | event …
 *  +-------------+------------+-------+------+-------+------------+--------------+--------
 *
 *  … event (Avro) | record key (UTF-8) | traceparent (ASCII)                    big-endian
 * </pre>
 *
 * A payload of one byte is no event but the {@link #isMark mark} that ends a window of aggregation.
 */
final class JournaledEvent {
  static final int PREFIX_BYTES = 56;
  private static final int SERIES_OFFSET = 8;
  private static final int FIRST_OFFSET = 24;
  private static final int LAST_OFFSET = 32;
  private static final int COUNT_OFFSET = 40;
  private static final int KEY_LENGTH_OFFSET = 48;
  private static final int TRACE_LENGTH_OFFSET = 52;
  private static final byte[] MARK = {1};
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final byte[] payload;
  private final ByteBuffer fields;
  private final int keyOffset;
  private final int traceOffset;

  private JournaledEvent(byte[] payload) {
    this.payload = payload;
    this.fields = ByteBuffer.wrap(payload);
    this.traceOffset = payload.length - fields.getInt(TRACE_LENGTH_OFFSET);
    this.keyOffset = traceOffset - fields.getInt(KEY_LENGTH_OFFSET);
  }

  /** What ends a window of aggregation. */
  static byte[] mark() {
    return MARK.clone();
  }

  static boolean isMark(byte[] payload) {
    return payload.length == MARK.length;
  }

  /**
   * Fills the prefix of an event that the encoder holds, and puts key and trace behind it.
   *
   * @param sourceKey the record key if the event has no object
   * @param trace as {@code traceparent}, or null
   */
  static void complete(
      EventEncoder encoder,
      long appendedMillis,
      long timeMicros,
      byte @Nullable [] sourceKey,
      byte @Nullable [] trace) {
    int eventEnd = encoder.length();
    if (sourceKey == null) {
      encoder.appendObjectKey();
    } else {
      encoder.append(sourceKey);
    }
    int keyLength = encoder.length() - eventEnd;
    if (trace != null) {
      encoder.append(trace);
    }
    encoder.putLong(0, appendedMillis);
    encoder.putSeriesKey(SERIES_OFFSET);
    encoder.putLong(FIRST_OFFSET, timeMicros);
    encoder.putLong(LAST_OFFSET, timeMicros);
    encoder.putLong(COUNT_OFFSET, 1);
    encoder.putInt(KEY_LENGTH_OFFSET, keyLength);
    encoder.putInt(TRACE_LENGTH_OFFSET, trace == null ? 0 : trace.length);
  }

  /** The event that the encoder holds, after {@link #complete}. */
  static Event event(EventEncoder encoder) {
    return new JournaledEvent(Arrays.copyOf(encoder.bytes(), encoder.length())).event();
  }

  /** The payload of any event. */
  static byte[] payload(Event event, long appendedMillis, byte @Nullable [] trace) {
    byte[] encoded = AvroBytes.encode(event);
    byte[] key = RecordKey.of(event).getBytes(StandardCharsets.UTF_8);
    SeriesKey series = SeriesKey.of(event);
    int traceLength = trace == null ? 0 : trace.length;
    ByteBuffer out =
        ByteBuffer.allocate(PREFIX_BYTES + encoded.length + key.length + traceLength)
            .putLong(appendedMillis)
            .putLong(series.high())
            .putLong(series.low())
            .putLong(Micros.of(event.getFirstTimestamp()))
            .putLong(Micros.of(event.getLastTimestamp()))
            .putLong(event.getCount())
            .putInt(key.length)
            .putInt(traceLength)
            .put(encoded)
            .put(key);
    if (trace != null) {
      out.put(trace);
    }
    return out.array();
  }

  /** The event of a record; null if it is a mark, or nothing that this version can read. */
  static @Nullable JournaledEvent read(JournalRecord record) {
    if (isMark(record.payload())) {
      return null;
    }
    if (record.payload().length >= PREFIX_BYTES) {
      JournaledEvent event = new JournaledEvent(record.payload());
      if (event.keyOffset >= PREFIX_BYTES && event.traceOffset >= event.keyOffset) {
        return event;
      }
    }
    LOG.warn(
        "The record at position {} is no event of this version's format and is skipped",
        record.position());
    return null;
  }

  long appendedMillis() {
    return fields.getLong(0);
  }

  SeriesKey series() {
    return new SeriesKey(fields.getLong(SERIES_OFFSET), fields.getLong(SERIES_OFFSET + 8));
  }

  long count() {
    return fields.getLong(COUNT_OFFSET);
  }

  byte[] key() {
    return Arrays.copyOfRange(payload, keyOffset, traceOffset);
  }

  byte @Nullable [] trace() {
    return traceOffset == payload.length
        ? null
        : Arrays.copyOfRange(payload, traceOffset, payload.length);
  }

  /** The header of its record; null if its count is more than the header can say. */
  byte @Nullable [] seriesHeader() {
    if (count() > Integer.MAX_VALUE) {
      return null;
    }
    byte[] header = new byte[SeriesHeader.LENGTH];
    System.arraycopy(payload, SERIES_OFFSET, header, 0, COUNT_OFFSET - SERIES_OFFSET);
    ByteBuffer.wrap(header).putInt(COUNT_OFFSET - SERIES_OFFSET, (int) count());
    return header;
  }

  /** The Avro binary, behind so many bytes that are left to the caller. */
  byte[] encoded(int room) {
    byte[] value = new byte[room + keyOffset - PREFIX_BYTES];
    System.arraycopy(payload, PREFIX_BYTES, value, room, keyOffset - PREFIX_BYTES);
    return value;
  }

  Event event() {
    return AvroBytes.decodeEvent(encoded(0), 0);
  }

  /** This event, standing for the other's occurrences as well: both are of one series. */
  JournaledEvent plus(JournaledEvent repeat) {
    long first = Math.min(fields.getLong(FIRST_OFFSET), repeat.fields.getLong(FIRST_OFFSET));
    long last = Math.max(fields.getLong(LAST_OFFSET), repeat.fields.getLong(LAST_OFFSET));
    long count = Math.addExact(count(), repeat.count());
    byte[] event = new EventTail(first, last, count).replaceIn(encoded(0));
    ByteBuffer merged =
        ByteBuffer.allocate(PREFIX_BYTES + event.length + payload.length - keyOffset)
            .put(payload, 0, FIRST_OFFSET)
            .putLong(first)
            .putLong(last)
            .putLong(count)
            .put(payload, KEY_LENGTH_OFFSET, PREFIX_BYTES - KEY_LENGTH_OFFSET)
            .put(event)
            .put(payload, keyOffset, payload.length - keyOffset);
    return new JournaledEvent(merged.array());
  }
}
