package dev.tidings.writers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.json.EventJson;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.writers.converter.EventConverter;
import dev.tidings.writers.converter.EventStructs;
import dev.tidings.writers.delivery.SimulatedWorker;
import dev.tidings.writers.lines.LinesSinkConnector;
import dev.tidings.writers.lines.LinesSinkTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritersTest {
  private static final String TOPIC = "tidings.events";
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123456Z");

  private final AvroSerializer<SpecificRecord> serializer =
      new AvroSerializer<>(InMemorySchemaRegistry.named("writers"));
  private final EventConverter converter = converter();

  @Property
  void anEventComesBackThroughConnect(
      @ForAll String message, @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long micros) {
    String text = message.replaceAll("\\p{Cs}", "?");
    Event event = event(text, Instant.EPOCH.plusNanos(micros * 1_000), micros % 2 == 0);
    byte[] value = serializer.serialize(TOPIC, event);

    SchemaAndValue connect = converter.toConnectData(TOPIC, value);

    assertThat(connect.schema()).isEqualTo(EventStructs.EVENT);
    ((Struct) connect.value()).validate();
    assertThat(converter.fromConnectData(TOPIC, connect.schema(), connect.value()))
        .isEqualTo(value);
    assertThat(converter.fromConnectData(TOPIC, connect.schema(), copied((Struct) connect.value())))
        .isEqualTo(value);
  }

  @Test
  void whatATransformChangesIsWhatASinkGets() {
    Struct struct = EventStructs.of(event("hello", TIME, true));
    assertThat(struct).isEqualTo(EventStructs.of(event("hello", TIME, true)));
    assertThat(struct.hashCode()).isEqualTo(EventStructs.of(event("hello", TIME, true)).hashCode());

    struct.put("message", "changed");

    assertThat(EventStructs.event(struct)).isEqualTo(event("changed", TIME, true));
    assertThat(struct).isNotEqualTo(EventStructs.of(event("hello", TIME, true)));
  }

  /** As a transform makes one: a plain struct, field by field. */
  private static Struct copied(Struct struct) {
    Struct copy = new Struct(struct.schema());
    struct.schema().fields().forEach(field -> copy.put(field, struct.get(field)));
    return copy;
  }

  @Test
  void aBatchIsReadWithItsEntries() {
    Struct struct = (Struct) converter.toConnectData("tidings.batches", batchValue()).value();

    struct.validate();
    assertThat(struct.getInt64("sequence")).isEqualTo(7);
    assertThat(EventStructs.entries(struct))
        .singleElement()
        .satisfies(entry -> assertThat(entry.getInt64("occurrences")).isEqualTo(5));
    assertThat(EventStructs.batch(struct).getEntries().get(0).getEvent())
        .isEqualTo(event("hello", TIME, true));
  }

  @Test
  void deletedEventsStayNull() {
    assertThat(converter.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
    assertThat(converter.fromConnectData(TOPIC, EventStructs.EVENT, null)).isNull();
  }

  @Test
  void whatIsNoEventIsADataException() {
    assertThatThrownBy(() -> converter.toConnectData(TOPIC, new byte[] {1, 2, 3, 4, 5, 6}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tidings.events");
    assertThatThrownBy(() -> converter.fromConnectData(TOPIC, Schema.STRING_SCHEMA, "text"))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> new EventConverter().configure(Map.of(), true))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("StringConverter");
  }

  @Test
  void linesAreAppendedAndATornOneIsEnded(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("lines.jsonl");
    Event event = event("hello", TIME, true);
    put(file, record(converter.toConnectData(TOPIC, serializer.serialize(TOPIC, event))));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, Files.readString(file) + "{\"torn");

    put(file, record(converter.toConnectData("tidings.batches", batchValue())));

    assertThat(Files.readString(file, StandardCharsets.UTF_8))
        .isEqualTo(
            "%1$s\n{\"torn\n{\"occurrences\":5,\"event\":%1$s}\n"
                .formatted(EventJson.format(event)));
  }

  @Test
  void aFileThatCannotBeWrittenIsFoundByValidation(@TempDir Path directory) {
    assertThat(errors(directory.resolve("none").resolve("file"))).isNotEmpty();
    assertThat(errors(directory)).isNotEmpty();
    assertThat(errors(directory.resolve("file"))).isEmpty();
  }

  @Test
  void connectFindsThePlugins() {
    assertThat(ServiceLoader.load(Converter.class))
        .anyMatch(found -> found instanceof EventConverter);
    assertThat(ServiceLoader.load(SinkConnector.class))
        .anyMatch(found -> found instanceof LinesSinkConnector);
    assertThat(new LinesSinkConnector().version()).matches("\\d+\\..*");
  }

  private static List<String> errors(Path file) {
    return new LinesSinkConnector()
        .validate(Map.of("file", file.toString())).configValues().stream()
            .flatMap(value -> value.errorMessages().stream())
            .toList();
  }

  private static void put(Path file, SinkRecord record) {
    SimulatedWorker worker = new SimulatedWorker();
    worker.append(record);
    worker.append(TestEvents.record(TOPIC, 0, new UUID(1, 2).toString(), null, 1));
    LinesSinkTask task = new LinesSinkTask();
    worker.start(task, Map.of("file", file.toString()));
    Random random = new Random(1);
    while (!worker.isDone()) {
      worker.step(task, random);
      worker.commit(task);
    }
    worker.stop(task, true);
  }

  private static SinkRecord record(SchemaAndValue value) {
    return TestEvents.record(TOPIC, 0, "key", value.value(), 0);
  }

  private byte[] batchValue() {
    return serializer.serialize(
        "tidings.batches",
        new EventBatch(
            1,
            7L,
            TIME,
            TIME.plusSeconds(10),
            42L,
            List.of(new BatchEntry(event("hello", TIME, true), 5L))));
  }

  private static Event event(String message, Instant time, boolean withObject) {
    return new Event(
        new UUID(1, 2),
        "demo.Started",
        Severity.WARN,
        new Source("node-1", "test"),
        withObject ? new ObjectReference("Pod", "prod", "web-1", "u") : null,
        message,
        Map.of("a", "b"),
        time,
        time,
        3L);
  }

  private static EventConverter converter() {
    EventConverter converter = new EventConverter();
    converter.configure(Map.of("schema.registry.url", "mock://writers"), false);
    return converter;
  }
}
