package dev.tidings.cli.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Listing;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.json.EventJson;
import dev.tidings.informer.replay.Replayed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is shown.
 *
 * @param time its own
 * @param key as text; null if it has none
 */
public record SeenRecord(
    int partition, long offset, Instant time, @Nullable String key, Contents contents) {

  /** How records are written. */
  public static final Listing<SeenRecord> LISTING =
      new Listing<>(
          List.of(
              new Column<>("TIME", seen -> seen.time().toString()),
              new Column<>("AT", seen -> seen.partition() + ":" + seen.offset()),
              new Column<>("KEY", seen -> seen.key() == null ? "-" : seen.key()),
              Column.severity(SeenRecord::severity),
              new Column<>("WHAT", SeenRecord::what),
              new Column<>("MESSAGE", SeenRecord::message)),
          SeenRecord::write);

  /** A record that is replayed. */
  public static SeenRecord of(Replayed<byte[], byte[]> record, ContentsReader reader) {
    byte[] key = record.keyBytes();
    return new SeenRecord(
        record.partition(),
        record.offset(),
        record.time(),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        reader.read(record.headers(), record.valueBytes()));
  }

  /** Whether it holds such an event. */
  public static boolean holds(Contents contents, Predicate<Event> wanted) {
    if (contents instanceof Contents.OfEvent one) {
      return wanted.test(one.event());
    }
    return contents instanceof Contents.OfBatch many
        && many.batch().getEntries().stream().map(BatchEntry::getEvent).anyMatch(wanted);
  }

  private static String severity(SeenRecord seen) {
    return seen.contents() instanceof Contents.OfEvent one ? one.event().getSeverity().name() : "-";
  }

  private static String what(SeenRecord seen) {
    Contents contents = seen.contents();
    if (contents instanceof Contents.OfEvent one) {
      long count = one.event().getCount();
      return one.event().getType() + (count == 1 ? "" : " x" + count);
    }
    if (contents instanceof Contents.OfBatch many) {
      return "batch " + many.batch().getSequence();
    }
    if (contents instanceof Contents.Deletion) {
      return "deleted";
    }
    return contents instanceof Contents.Rejection rejection
        ? "rejected " + rejection.origin()
        : "%,d bytes".formatted(((Contents.Opaque) contents).value().length);
  }

  private static String message(SeenRecord seen) {
    Contents contents = seen.contents();
    if (contents instanceof Contents.OfEvent one) {
      return one.event().getMessage();
    }
    if (contents instanceof Contents.OfBatch many) {
      return "%,d events, %,d occurrences, through %d"
          .formatted(
              many.batch().getEntries().size(),
              many.batch().getEntries().stream().mapToLong(BatchEntry::getOccurrences).sum(),
              many.batch().getThrough());
    }
    if (contents instanceof Contents.Rejection rejection) {
      return rejection.reason();
    }
    return contents instanceof Contents.Opaque opaque ? opaque.problem() : "";
  }

  private static void write(SeenRecord seen, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("partition", seen.partition());
    json.writeNumberField("offset", seen.offset());
    json.writeStringField("time", seen.time().toString());
    json.writeStringField("key", seen.key());
    Contents contents = seen.contents();
    if (contents instanceof Contents.OfEvent one) {
      json.writeFieldName("event");
      EventJson.write(one.event(), json);
    } else if (contents instanceof Contents.OfBatch many) {
      writeBatch(many.batch(), json);
    } else if (contents instanceof Contents.Deletion) {
      json.writeNullField("event");
    } else if (contents instanceof Contents.Rejection rejection) {
      json.writeStringField("rejected", rejection.reason());
      json.writeStringField("from", rejection.origin());
      writeBytes(rejection.value(), json);
    } else if (contents instanceof Contents.Opaque opaque) {
      json.writeStringField("problem", opaque.problem());
      writeBytes(opaque.value(), json);
    }
    json.writeEndObject();
  }

  /** As Base64. */
  private static void writeBytes(byte @Nullable [] value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNullField("value");
    } else {
      json.writeBinaryField("value", value);
    }
  }

  private static void writeBatch(EventBatch batch, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("batch");
    json.writeNumberField("partition", batch.getPartition());
    json.writeNumberField("sequence", batch.getSequence());
    json.writeStringField("openedAt", batch.getOpenedAt().toString());
    json.writeStringField("closedAt", batch.getClosedAt().toString());
    json.writeNumberField("through", batch.getThrough());
    json.writeArrayFieldStart("entries");
    for (BatchEntry entry : batch.getEntries()) {
      json.writeStartObject();
      json.writeNumberField("occurrences", entry.getOccurrences());
      json.writeFieldName("event");
      EventJson.write(entry.getEvent(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
