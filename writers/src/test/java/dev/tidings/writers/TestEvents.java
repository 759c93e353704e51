package dev.tidings.writers;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.writers.converter.EventStructs;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.encoded.EncodedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** Events for tests, and as they come from Kafka Connect. */
public final class TestEvents {
  public static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123456Z");

  private TestEvents() {}

  public static Event event(String type, Severity severity, String message) {
    return new Event(
        new UUID(1, 2),
        type,
        severity,
        new Source("node-1", "test"),
        new ObjectReference("Pod", "prod", "web-1", "u"),
        message,
        Map.of("a", "b"),
        TIME,
        TIME.plusSeconds(1),
        3L);
  }

  public static Event from(String node, String component) {
    Event event = event("demo.Started", Severity.WARN, "text");
    return new Event(
        event.getId(),
        event.getType(),
        event.getSeverity(),
        new Source(node, component),
        event.getObject(),
        event.getMessage(),
        event.getAttributes(),
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        event.getCount());
  }

  public static Event withId(long id, long count) {
    Event event = event("demo.Started", Severity.WARN, "message " + id);
    return copy(
        event,
        new UUID(0, id),
        event.getObject(),
        event.getMessage(),
        event.getLastTimestamp(),
        count);
  }

  public static Event withObject(Event event, ObjectReference object) {
    return copy(
        event,
        event.getId(),
        object,
        event.getMessage(),
        event.getLastTimestamp(),
        event.getCount());
  }

  public static Event withMessage(Event event, String message) {
    return copy(
        event,
        event.getId(),
        event.getObject(),
        message,
        event.getLastTimestamp(),
        event.getCount());
  }

  public static Event lastSeen(Event event, Instant time) {
    return copy(
        event, event.getId(), event.getObject(), event.getMessage(), time, event.getCount());
  }

  private static Event copy(
      Event event, UUID id, ObjectReference object, String message, Instant last, long count) {
    return new Event(
        id,
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        object,
        message,
        event.getAttributes(),
        event.getFirstTimestamp(),
        last,
        count);
  }

  public static Delivery.Occurred delivery(Event event, long occurrences) {
    return new Delivery.Occurred(
        EncodedEvent.of(event),
        occurrences,
        record("tidings.events", 0, event.getId().toString(), null, 0),
        0);
  }

  public static SinkRecord record(Event event, long offset) {
    return record("tidings.events", 0, event.getId().toString(), EventStructs.of(event), offset);
  }

  public static SinkRecord deleted(UUID id, long offset) {
    return record("tidings.events", 0, id.toString(), null, offset);
  }

  public static SinkRecord batch(int partition, long offset, List<BatchEntry> entries) {
    EventBatch batch = new EventBatch(partition, offset, TIME, TIME, offset, entries);
    return record("tidings.batches", partition, "" + partition, EventStructs.of(batch), offset);
  }

  public static SinkRecord record(
      String topic, int partition, String key, Object value, long offset) {
    return new SinkRecord(
        topic, partition, null, key, null, value, offset, 0L, TimestampType.LOG_APPEND_TIME);
  }

  /** Text of all planes, with everything that could do harm. */
  public static Arbitrary<String> hostileText(int maxLength) {
    return Arbitraries.strings()
        .withChars(
            "\"\\[]=<>1 \n\r\t\0\u0007\u007f\u0085\u009b\u2028\u2029\uFEFF#012'%{}".toCharArray())
        .withCharRange('\u0000', '\ud7ff')
        .ofMaxLength(maxLength)
        .flatMap(
            text ->
                Arbitraries.integers()
                    .between(0x10000, 0x10ffff)
                    .map(codePoint -> text + Character.toString(codePoint)));
  }

  /** Events that hold such text everywhere. */
  public static Arbitrary<Event> hostileEvents(int maxLength) {
    Arbitrary<String> text = hostileText(maxLength);
    Arbitrary<ObjectReference> object =
        Combinators.combine(text, text, text, text).as(ObjectReference::new).injectNull(0.2);
    Arbitrary<Map<String, String>> attributes =
        Arbitraries.maps(
                Arbitraries.oneOf(text, Arbitraries.strings().alpha().ofMinLength(1)), text)
            .ofMaxSize(4);
    Arbitrary<Instant> times =
        Arbitraries.longs()
            .between(0, 4_000_000_000_000_000L)
            .map(micros -> Instant.EPOCH.plusNanos(micros * 1_000));
    return Combinators.combine(
            Arbitraries.create(UUID::randomUUID),
            text.map(name -> "demo." + name),
            Arbitraries.of(Severity.class),
            Combinators.combine(text, text).as(Source::new),
            object,
            text,
            attributes,
            Combinators.combine(times, Arbitraries.longs().between(1, Long.MAX_VALUE))
                .as(Seen::new))
        .as(
            (id, type, severity, source, about, message, more, seen) ->
                new Event(
                    id,
                    type,
                    severity,
                    source,
                    about,
                    message,
                    more,
                    seen.at,
                    seen.at,
                    seen.count));
  }

  private record Seen(Instant at, long count) {}

  public static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
