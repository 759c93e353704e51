package dev.tidings.cli.replay;

import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.RejectedHeaders;
import dev.tidings.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Tells by a record's headers and schema what it holds, whatever topic it is in. Thread-safe. */
public final class ContentsReader {
  private final SchemaRegistry registry;
  private final EventDeserializer events;
  private final EventBatchDeserializer batches;

  /**
   * @param registry stays the caller's to close
   */
  public ContentsReader(SchemaRegistry registry) {
    this.registry = registry;
    events = new EventDeserializer(registry);
    batches = new EventBatchDeserializer(registry);
  }

  /**
   * What is in a record. What cannot be read is {@link Contents.Opaque}.
   *
   * @throws RegistryException if the registry cannot be asked
   */
  public Contents read(Headers headers, byte @Nullable [] value) {
    String reason = text(headers, RejectedHeaders.REASON);
    if (reason != null) {
      String topic = text(headers, RejectedHeaders.TOPIC);
      String origin =
          "%s:%s:%s"
              .formatted(
                  topic,
                  text(headers, RejectedHeaders.PARTITION),
                  text(headers, RejectedHeaders.OFFSET));
      return new Contents.Rejection(reason, origin, topic, value);
    }
    return value == null ? new Contents.Deletion() : decode(value);
  }

  private Contents decode(byte[] value) {
    try {
      String schema = registry.byId(WireFormat.schemaId(value)).getFullName();
      if (schema.equals(Event.getClassSchema().getFullName())) {
        return new Contents.OfEvent(events.decode(value));
      }
      if (schema.equals(EventBatch.getClassSchema().getFullName())) {
        return new Contents.OfBatch(batches.decode(value));
      }
      return new Contents.Opaque(value, "its schema is " + schema);
    } catch (MalformedValueException e) {
      return new Contents.Opaque(value, String.valueOf(e.getMessage()));
    } catch (RegistryException e) {
      if (e.kind().isAboutOneSchema()) {
        return new Contents.Opaque(value, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** A header that is text; null if there is none. */
  public static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
