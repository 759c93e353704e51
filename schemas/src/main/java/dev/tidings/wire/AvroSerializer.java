package dev.tidings.wire;

import dev.tidings.registry.SchemaRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in the registry wire format.
 *
 * <p>A topic's schema is registered under Confluent's default subject, {@code <topic>-value}, when
 * the first value for it is written, or looked up if {@code auto.register.schemas} is {@code
 * false}. All other settings are those of {@link dev.tidings.registry.RegistryConfig}.
 *
 * <p>Thread-safe once configured.
 *
 * @param <T> the record written; all of its schema counts
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  /** Whether schemas may be registered: true by default. Confluent's name. */
  public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";

  private final Map<String, Integer> idBySubject = new ConcurrentHashMap<>();
  private @Nullable SchemaRegistry registry;
  private boolean ownsRegistry;
  private boolean autoRegister = true;

  /** For Kafka, which calls {@link #configure}. */
  public AvroSerializer() {}

  /** With a registry of the caller's, who closes it. */
  public AvroSerializer(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new ConfigException(
          "AvroSerializer writes values: set it as value.serializer; keys are text");
    }
    Object auto = configs.get(AUTO_REGISTER_SCHEMAS);
    autoRegister = auto == null || Boolean.parseBoolean(auto.toString());
    if (registry == null) {
      registry = SchemaRegistry.forConfig(configs);
      ownsRegistry = true;
    }
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T record) {
    if (record == null) {
      return null;
    }
    return WireFormat.frame(schemaId(topic, record.getSchema()), AvroBytes.encode(record));
  }

  @Override
  public void close() {
    if (registry != null && ownsRegistry) {
      registry.close();
    }
  }

  /**
   * The id that values with this schema have on a topic, registering the schema if that is allowed.
   *
   * @throws dev.tidings.registry.RegistryException if the registry cannot say
   */
  public int schemaId(String topic, Schema schema) {
    Integer known = idBySubject.get(topic);
    if (known != null) {
      return known;
    }
    SchemaRegistry configured = registry;
    if (configured == null) {
      throw new IllegalStateException("AvroSerializer is not configured: call configure first");
    }
    String subject = Topics.valueSubject(topic);
    int id = autoRegister ? configured.register(subject, schema) : configured.idOf(subject, schema);
    idBySubject.put(topic, id);
    return id;
  }
}
