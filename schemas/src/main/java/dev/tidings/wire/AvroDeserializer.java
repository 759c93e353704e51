package dev.tidings.wire;

import dev.tidings.registry.SchemaRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads values in the registry wire format, whatever version of the schema they were written with.
 *
 * <p>Settings are those of {@link dev.tidings.registry.RegistryConfig}. Thread-safe once
 * configured.
 *
 * @param <T> the record read
 */
public sealed class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T>
    permits EventDeserializer, EventBatchDeserializer {
  private final Schema schema;
  private final Map<Integer, DatumReader<T>> readerById = new ConcurrentHashMap<>();
  private @Nullable SchemaRegistry registry;
  private boolean ownsRegistry;

  AvroDeserializer(Schema schema) {
    this.schema = schema;
  }

  AvroDeserializer(Schema schema, SchemaRegistry registry) {
    this(schema);
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (registry == null) {
      registry = SchemaRegistry.forConfig(configs);
      ownsRegistry = true;
    }
  }

  /**
   * The record in these bytes, or null for null.
   *
   * @throws MalformedValueException if the bytes are not in the wire format, or not what their
   *     schema says
   * @throws dev.tidings.registry.RegistryException if the registry does not give the schema
   */
  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] value) {
    return value == null ? null : decode(value);
  }

  /**
   * As {@link #deserialize}, for bytes that are there.
   *
   * @throws MalformedValueException as {@link #deserialize}
   */
  public T decode(byte[] value) {
    return AvroBytes.decode(reader(WireFormat.schemaId(value)), value, WireFormat.HEADER_LENGTH);
  }

  @Override
  public void close() {
    if (registry != null && ownsRegistry) {
      registry.close();
    }
  }

  private DatumReader<T> reader(int schemaId) {
    DatumReader<T> known = readerById.get(schemaId);
    return known != null ? known : newReader(schemaId);
  }

  private DatumReader<T> newReader(int schemaId) {
    SchemaRegistry configured = registry;
    if (configured == null) {
      throw new IllegalStateException("Deserializer is not configured: call configure first");
    }
    DatumReader<T> reader =
        new SpecificDatumReader<>(configured.byId(schemaId), schema, EventModel.INSTANCE);
    readerById.put(schemaId, reader);
    return reader;
  }
}
