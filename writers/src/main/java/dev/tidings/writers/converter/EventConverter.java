package dev.tidings.writers.converter;

import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.WireFormat;
import dev.tidings.writers.Version;
import dev.tidings.writers.encoded.EncodedBatch;
import dev.tidings.writers.encoded.EncodedEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Between the registry wire format of the events and batches topics and Kafka Connect's typed data
 * (see {@link EventStructs}), so that any sink can read them. Deleted events stay null.
 *
 * <p>Settings are those of {@link RegistryConfig}. What cannot be read is a {@link DataException},
 * which Connect's {@code errors.tolerance} deals with; a registry that does not answer is a {@link
 * RetriableException}.
 */
public final class EventConverter implements Converter, Versioned {
  private @Nullable SchemaRegistry registry;
  private @Nullable EventDeserializer events;
  private @Nullable EventBatchDeserializer batches;
  private @Nullable AvroSerializer<SpecificRecord> serializer;

  /** By schema id. Connect has each task its own converter, and one thread for it. */
  private final Map<Integer, WrittenAs> writtenAs = new HashMap<>();

  /** For Kafka Connect. */
  public EventConverter() {}

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public ConfigDef config() {
    return RegistryConfig.configDef();
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new ConfigException(
          "EventConverter reads values: set it as value.converter, and"
              + " org.apache.kafka.connect.storage.StringConverter as key.converter");
    }
    SchemaRegistry opened = SchemaRegistry.forConfig(configs);
    registry = opened;
    events = new EventDeserializer(opened);
    batches = new EventBatchDeserializer(opened);
    serializer = new AvroSerializer<>(opened);
    serializer.configure(configs, false);
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
    if (value == null) {
      return SchemaAndValue.NULL;
    }
    try {
      int schemaId = WireFormat.schemaId(value);
      WrittenAs known = writtenAs.get(schemaId);
      if (known == null) {
        known = WrittenAs.of(configured(registry).byId(schemaId));
        writtenAs.put(schemaId, known);
      }
      return switch (known.type()) {
        case EVENT -> event(value, known);
        case BATCH -> batch(value, known);
        case OTHER ->
            throw new DataException(
                "Topic %s holds %s, which is neither an event nor a batch"
                    .formatted(topic, known.name()));
      };
    } catch (MalformedValueException e) {
      throw new DataException("Topic %s: %s".formatted(topic, e.getMessage()), e);
    } catch (RegistryException e) {
      throw failure(e);
    }
  }

  /** What is not plain is decoded, which says what is wrong with it, and encoded anew. */
  private SchemaAndValue event(byte[] value, WrittenAs schema) {
    Optional<EncodedEvent> inPlace =
        schema.isNewest() ? EncodedEvent.read(value, WireFormat.HEADER_LENGTH) : Optional.empty();
    return new SchemaAndValue(
        EventStructs.EVENT,
        inPlace
            .map(EventStructs::of)
            .orElseGet(() -> EventStructs.of(configured(events).decode(value))));
  }

  private SchemaAndValue batch(byte[] value, WrittenAs schema) {
    Optional<EncodedBatch> inPlace =
        schema.isNewest() ? EncodedBatch.read(value, WireFormat.HEADER_LENGTH) : Optional.empty();
    EventBatchDeserializer decoder = configured(batches);
    return new SchemaAndValue(
        EventStructs.BATCH,
        inPlace
            .map(batch -> EventStructs.of(batch, () -> decoder.decode(value)))
            .orElseGet(() -> EventStructs.of(decoder.decode(value))));
  }

  @Override
  public byte @Nullable [] fromConnectData(
      String topic, @Nullable Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof Struct struct)) {
      throw new DataException("Topic %s takes events and batches as structs".formatted(topic));
    }
    try {
      return configured(serializer).serialize(topic, record(topic, struct));
    } catch (RegistryException e) {
      throw failure(e);
    }
  }

  private static SpecificRecord record(String topic, Struct struct) {
    String name = String.valueOf(struct.schema().name());
    if (name.equals(EventStructs.EVENT.name())) {
      return EventStructs.event(struct);
    }
    if (name.equals(EventStructs.BATCH.name())) {
      return EventStructs.batch(struct);
    }
    throw new DataException("Topic %s takes events and batches, not %s".formatted(topic, name));
  }

  private static RuntimeException failure(RegistryException e) {
    return e.isRetriable()
        ? new RetriableException(e.getMessage(), e)
        : new DataException(e.getMessage(), e);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }

  private static <T> T configured(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Kafka Connect calls configure first");
    }
    return part;
  }
}
