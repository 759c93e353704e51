package dev.tidings.dedup.topology;

import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroBytes;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Topics;
import dev.tidings.wire.WireFormat;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** Reads values and knows the schemas of what goes out. Thread-safe. */
public final class EventValues {
  private final SchemaRegistry registry;
  private final EventDeserializer deserializer;
  private final EventLimits limits;
  private final int eventSchemaId;
  private final int batchSchemaId;
  private final Map<Integer, Boolean> isOurs = new ConcurrentHashMap<>();

  /** One of ours: nearly every value has it. */
  private volatile int usualSchemaId = -1;

  private EventValues(
      SchemaRegistry registry, EventLimits limits, int eventSchemaId, int batchSchemaId) {
    this.registry = registry;
    this.limits = limits;
    this.deserializer = new EventDeserializer(registry);
    this.eventSchemaId = eventSchemaId;
    this.batchSchemaId = batchSchemaId;
  }

  /**
   * Makes the schemas of all topics known to the registry.
   *
   * @param registry the caller's, who closes it
   * @throws RegistryException if the registry does not take them
   */
  public static EventValues register(SchemaRegistry registry, Topics topics) {
    return register(registry, topics, EventLimits.DEFAULT);
  }

  /**
   * As {@link #register(SchemaRegistry, Topics)}.
   *
   * @param limits what an event must keep to
   */
  public static EventValues register(SchemaRegistry registry, Topics topics, EventLimits limits) {
    registry.register(Topics.valueSubject(topics.recorded()), Event.getClassSchema());
    return new EventValues(
        registry,
        limits,
        registry.register(Topics.valueSubject(topics.events()), Event.getClassSchema()),
        registry.register(Topics.valueSubject(topics.batches()), EventBatch.getClassSchema()));
  }

  int batchSchemaId() {
    return batchSchemaId;
  }

  /**
   * The event in a value.
   *
   * @throws MalformedValueException if it cannot be read or breaks a limit: for ever
   * @throws RegistryException if the registry does not answer: for now
   */
  Event read(byte @Nullable [] value) {
    if (value == null) {
      throw new MalformedValueException("record has no value");
    }
    Event event = decode(value);
    String violation = limits.violation(event, value.length - WireFormat.HEADER_LENGTH);
    if (violation != null) {
      throw new MalformedValueException(violation);
    }
    Ranges.require(event);
    return event;
  }

  /** The event in a value, if it can be found without reading all of it. */
  @Nullable EventScan scan(byte @Nullable [] value) {
    return value != null
            && value.length > WireFormat.HEADER_LENGTH
            && value[0] == WireFormat.MAGIC
            && WireFormat.schemaId(value) == usualSchemaId
        ? EventScan.of(value, limits)
        : null;
  }

  private Event decode(byte[] value) {
    try {
      return deserializer.decode(value);
    } catch (RegistryException e) {
      // A registry that lets nobody in says nothing about this record.
      if (!e.kind().isAboutOneSchema()) {
        throw e;
      }
      throw new MalformedValueException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The same event with another id. */
  static Event withId(Event event, UUID id) {
    return new Event(
        id,
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        event.getMessage(),
        event.getAttributes(),
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        event.getCount());
  }

  /** The same value if it was written with our schema, else the event written with it. */
  byte[] ours(byte[] value, Event event) {
    return isOurs(WireFormat.schemaId(value)) ? value : encode(event);
  }

  private boolean isOurs(int schemaId) {
    if (schemaId == usualSchemaId) {
      return true;
    }
    boolean ours =
        isOurs.computeIfAbsent(schemaId, id -> registry.byId(id).equals(Event.getClassSchema()));
    if (ours) {
      usualSchemaId = schemaId;
    }
    return ours;
  }

  /**
   * The type of the event in a value, without reading all of it if it was written with our schema:
   * there it is the second field, behind the id.
   *
   * @throws MalformedValueException as {@link #read}
   */
  String type(byte @Nullable [] value) {
    if (value == null) {
      throw new MalformedValueException("record has no value");
    }
    int schemaId = WireFormat.schemaId(value);
    if (!isKnown(schemaId) || !isOurs(schemaId)) {
      return read(value).getType();
    }
    try {
      BinaryDecoder avro =
          DecoderFactory.get()
              .binaryDecoder(
                  value, WireFormat.HEADER_LENGTH, value.length - WireFormat.HEADER_LENGTH, null);
      avro.skipString();
      return avro.readString();
    } catch (IOException | RuntimeException e) {
      throw MalformedValueException.notAvro(e);
    }
  }

  /** Whether the registry need not be asked, who may say that there is no such schema. */
  private boolean isKnown(int schemaId) {
    return schemaId == usualSchemaId || isOurs.containsKey(schemaId);
  }

  /** The event in our schema. */
  byte[] encode(Event event) {
    return WireFormat.frame(eventSchemaId, AvroBytes.encode(event));
  }
}
