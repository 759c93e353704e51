package dev.tidings.writers.converter;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.wire.Micros;
import dev.tidings.writers.encoded.EncodedBatch;
import dev.tidings.writers.encoded.EncodedEvent;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Events and batches as Kafka Connect's typed data, with the fields of the Avro schemas. Ids and
 * severities are text. Times are Connect's {@code Timestamp}, which every sink knows; since that
 * has milliseconds only, each time is there a second time as {@code …Micros}, which is exact.
 */
public final class EventStructs {
  private static final Schema SOURCE =
      SchemaBuilder.struct()
          .name(Source.class.getName())
          .field("node", Schema.STRING_SCHEMA)
          .field("component", Schema.STRING_SCHEMA)
          .build();

  private static final Schema OBJECT =
      SchemaBuilder.struct()
          .name(ObjectReference.class.getName())
          .optional()
          .field("kind", Schema.STRING_SCHEMA)
          .field("namespace", Schema.STRING_SCHEMA)
          .field("name", Schema.STRING_SCHEMA)
          .field("uid", Schema.STRING_SCHEMA)
          .build();

  /** The schema of an event. */
  public static final Schema EVENT =
      SchemaBuilder.struct()
          .name(Event.class.getName())
          .field("id", Schema.STRING_SCHEMA)
          .field("type", Schema.STRING_SCHEMA)
          .field("severity", Schema.STRING_SCHEMA)
          .field("source", SOURCE)
          .field("object", OBJECT)
          .field("message", Schema.STRING_SCHEMA)
          .field(
              "attributes", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).build())
          .field("firstTimestamp", Timestamp.SCHEMA)
          .field("lastTimestamp", Timestamp.SCHEMA)
          .field("count", Schema.INT64_SCHEMA)
          .field("firstTimestampMicros", Schema.INT64_SCHEMA)
          .field("lastTimestampMicros", Schema.INT64_SCHEMA)
          .build();

  private static final Schema ENTRY =
      SchemaBuilder.struct()
          .name(BatchEntry.class.getName())
          .field("event", EVENT)
          .field("occurrences", Schema.INT64_SCHEMA)
          .build();

  /** The schema of a batch. */
  public static final Schema BATCH =
      SchemaBuilder.struct()
          .name(EventBatch.class.getName())
          .field("partition", Schema.INT32_SCHEMA)
          .field("sequence", Schema.INT64_SCHEMA)
          .field("openedAt", Timestamp.SCHEMA)
          .field("closedAt", Timestamp.SCHEMA)
          .field("through", Schema.INT64_SCHEMA)
          .field("entries", SchemaBuilder.array(ENTRY).build())
          .build();

  private EventStructs() {}

  /** The struct of an event. */
  public static Struct of(Event event) {
    return of(EncodedEvent.of(event));
  }

  /** The struct of an event; {@link #encoded} gives back the same. */
  static Struct of(EncodedEvent event) {
    return new LazyStruct(EVENT, event, () -> fields(event.decode()));
  }

  private static Struct fields(Event event) {
    return new Struct(EVENT)
        .put("id", event.getId().toString())
        .put("type", event.getType())
        .put("severity", event.getSeverity().name())
        .put(
            "source",
            new Struct(SOURCE)
                .put("node", event.getSource().getNode())
                .put("component", event.getSource().getComponent()))
        .put("object", object(event.getObject()))
        .put("message", event.getMessage())
        .put("attributes", event.getAttributes())
        .put("firstTimestamp", Date.from(event.getFirstTimestamp()))
        .put("lastTimestamp", Date.from(event.getLastTimestamp()))
        .put("count", event.getCount())
        .put("firstTimestampMicros", Micros.of(event.getFirstTimestamp()))
        .put("lastTimestampMicros", Micros.of(event.getLastTimestamp()));
  }

  private static @Nullable Struct object(@Nullable ObjectReference object) {
    return object == null
        ? null
        : new Struct(OBJECT)
            .put("kind", object.getKind())
            .put("namespace", object.getNamespace())
            .put("name", object.getName())
            .put("uid", object.getUid());
  }

  /** The struct of a batch. */
  public static Struct of(EventBatch batch) {
    return of(EncodedBatch.of(batch), () -> batch);
  }

  /**
   * The struct of a batch; {@link #encodedBatch} gives back the same.
   *
   * @param decoded makes all of the batch
   */
  static Struct of(EncodedBatch batch, Supplier<EventBatch> decoded) {
    return new LazyStruct(BATCH, batch, () -> fields(decoded.get()));
  }

  private static Struct fields(EventBatch batch) {
    return new Struct(BATCH)
        .put("partition", batch.getPartition())
        .put("sequence", batch.getSequence())
        .put("openedAt", Date.from(batch.getOpenedAt()))
        .put("closedAt", Date.from(batch.getClosedAt()))
        .put("through", batch.getThrough())
        .put(
            "entries",
            batch.getEntries().stream()
                .map(
                    entry ->
                        new Struct(ENTRY)
                            .put("event", fields(entry.getEvent()))
                            .put("occurrences", entry.getOccurrences()))
                .toList());
  }

  /**
   * The event in a struct.
   *
   * @throws org.apache.kafka.connect.errors.DataException if it lacks a field
   */
  public static Event event(Struct struct) {
    Struct source = struct.getStruct("source");
    Struct object = struct.getStruct("object");
    Map<String, String> attributes = struct.getMap("attributes");
    return new Event(
        UUID.fromString(struct.getString("id")),
        struct.getString("type"),
        Severity.valueOf(struct.getString("severity")),
        new Source(source.getString("node"), source.getString("component")),
        object == null
            ? null
            : new ObjectReference(
                object.getString("kind"),
                object.getString("namespace"),
                object.getString("name"),
                object.getString("uid")),
        struct.getString("message"),
        attributes,
        Micros.toInstant(struct.getInt64("firstTimestampMicros")),
        Micros.toInstant(struct.getInt64("lastTimestampMicros")),
        struct.getInt64("count"));
  }

  /**
   * The batch in a struct.
   *
   * @throws org.apache.kafka.connect.errors.DataException if it lacks a field
   */
  public static EventBatch batch(Struct struct) {
    return new EventBatch(
        struct.getInt32("partition"),
        struct.getInt64("sequence"),
        ((Date) struct.get("openedAt")).toInstant(),
        ((Date) struct.get("closedAt")).toInstant(),
        struct.getInt64("through"),
        entries(struct).stream()
            .map(
                entry ->
                    new BatchEntry(event(entry.getStruct("event")), entry.getInt64("occurrences")))
            .toList());
  }

  /**
   * The event in a struct, encoded: the bytes it came with if it is as the converter made it.
   *
   * @throws org.apache.kafka.connect.errors.DataException if it lacks a field
   */
  public static EncodedEvent encoded(Struct struct) {
    EncodedEvent known = LazyStruct.source(struct, EncodedEvent.class);
    return known == null ? EncodedEvent.of(event(struct)) : known;
  }

  /** As {@link #encoded}, for a batch. */
  public static EncodedBatch encodedBatch(Struct struct) {
    EncodedBatch known = LazyStruct.source(struct, EncodedBatch.class);
    return known == null ? EncodedBatch.of(batch(struct)) : known;
  }

  /** The entries in the struct of a batch. */
  public static List<Struct> entries(Struct batch) {
    return batch.getArray("entries");
  }
}
