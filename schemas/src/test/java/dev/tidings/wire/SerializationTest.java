package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.Events;
import dev.tidings.event.Severity;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** Protocol: "Values use the registry wire format that every Kafka tool reads". */
class SerializationTest {
  private static final String TOPIC = "tidings.recorded";

  private final SchemaRegistry registry = InMemorySchemaRegistry.named("serialization-test");
  private final AvroSerializer<Event> serializer = new AvroSerializer<>(registry);
  private final EventDeserializer deserializer = new EventDeserializer(registry);

  @Provide
  Arbitrary<Event> events() {
    return Events.any();
  }

  @Property
  void anEventComesBack(@ForAll("events") Event event) {
    assertThat(deserializer.deserialize(TOPIC, serializer.serialize(TOPIC, event)))
        .isEqualTo(event);
  }

  @Property
  void damagedBytesAreRefusedAndNothingElse(@ForAll("events") Event event, @ForAll byte[] damage) {
    byte[] value = serializer.serialize(TOPIC, event);
    byte[] damaged = Arrays.copyOf(value, WireFormat.HEADER_LENGTH + damage.length);
    System.arraycopy(damage, 0, damaged, WireFormat.HEADER_LENGTH, damage.length);
    try {
      deserializer.decode(damaged);
    } catch (MalformedValueException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("java.", "Exception");
    }
  }

  @Test
  void aValueStartsWithZeroAndTheSchemaId() {
    byte[] value = serializer.serialize(TOPIC, Events.event().build());

    assertThat(value[0]).isZero();
    assertThat(registry.byId(ByteBuffer.wrap(value).getInt(1))).isEqualTo(Event.getClassSchema());
    assertThat(registry.latest("tidings.recorded-value")).isPresent();
  }

  @Test
  void aBatchComesBack() {
    EventBatch batch =
        new EventBatch(
            3,
            7L,
            Instant.parse("2026-01-31T12:00:00Z"),
            Instant.parse("2026-01-31T12:00:10Z"),
            42L,
            List.of(new BatchEntry(Events.event().build(), 5L)));
    byte[] value = new AvroSerializer<EventBatch>(registry).serialize("tidings.batches", batch);

    assertThat(new EventBatchDeserializer(registry).deserialize("tidings.batches", value))
        .isEqualTo(batch);
  }

  @Test
  void aTombstoneStaysOne() {
    assertThat(serializer.serialize(TOPIC, null)).isNull();
    assertThat(deserializer.deserialize(TOPIC, null)).isNull();
  }

  @Test
  void aSeverityThatTheReaderDoesNotKnowReadsAsInfo() {
    Schema newer =
        new Schema.Parser()
            .parse(
                Event.getClassSchema()
                    .toString()
                    .replace("\"CRITICAL\"]", "\"CRITICAL\",\"FATAL\"]"));
    int id = registry.register("newer-value", newer);
    byte[] value = serializer.serialize(TOPIC, Events.event().setSeverity(Severity.DEBUG).build());
    byte[] body = Arrays.copyOfRange(value, WireFormat.HEADER_LENGTH, value.length);
    int severityAt = severityOffset(body);
    body[severityAt] = 5 << 1;

    assertThat(deserializer.decode(WireFormat.frame(id, body)).getSeverity())
        .isEqualTo(Severity.INFO);
  }

  /** Behind the id and the type, each a length byte and its text. */
  private static int severityOffset(byte[] body) {
    int type = 1 + (body[0] >> 1);
    return type + 1 + (body[type] >> 1);
  }

  @Test
  void bytesThatAreNotInTheWireFormatAreRefusedWithTheReason() {
    assertThatThrownBy(() -> deserializer.decode(new byte[] {0, 0}))
        .isInstanceOf(MalformedValueException.class)
        .hasMessage("value of 2 bytes is too short for the registry wire format");
    assertThatThrownBy(() -> deserializer.decode("{\"a\":1}".getBytes()))
        .hasMessageContaining("starts with byte 0x7b");
    byte[] value = serializer.serialize(TOPIC, Events.event().build());
    assertThatThrownBy(() -> deserializer.decode(Arrays.copyOf(value, value.length + 1)))
        .hasMessage("value has bytes left over behind its record");
    assertThatThrownBy(() -> deserializer.decode(Arrays.copyOf(value, value.length - 1)))
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void lookingUpWithoutRegisteringDoesNotRegister() {
    AvroSerializer<Event> careful = new AvroSerializer<>(registry);
    careful.configure(Map.of(AvroSerializer.AUTO_REGISTER_SCHEMAS, "false"), false);

    assertThatThrownBy(() -> careful.serialize("never-seen", Events.event().build()))
        .isInstanceOf(RegistryException.class);
    assertThat(registry.latest("never-seen-value")).isEmpty();
  }

  @Test
  void keysAreText() {
    assertThatThrownBy(
            () ->
                new AvroSerializer<Event>()
                    .configure(Map.of("schema.registry.url", "mock://keys"), true))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("keys are text");
  }
}
