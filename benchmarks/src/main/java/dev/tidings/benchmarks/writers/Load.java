package dev.tidings.benchmarks.writers;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Events of about 300 bytes, and how they get on a topic as batches. One thread. */
final class Load implements AutoCloseable {
  static final int BATCH = 500;
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123456Z");

  private final SchemaRegistry registry;
  private final AvroSerializer<SpecificRecord> serializer;
  private final KafkaProducer<String, byte[]> producer;
  private long sequence;

  Load(String bootstrapServers, String registryUrl) {
    registry = RegistryClient.create(RegistryConfig.of(registryUrl));
    serializer = new AvroSerializer<>(registry);
    serializer.configure(Map.of(), false);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  static Event event(long number) {
    return new Event(
        new UUID(0x7000, number),
        "demo.ContainerDied",
        Severity.WARN,
        new Source("node-" + number % 50, "benchmark"),
        new ObjectReference("Container", "prod", "web-" + number % 1_000, ""),
        "container of web-%d ended with exit code 137 after it used more memory than allowed"
            .formatted(number),
        Map.of("zone", "eu-1", "pid", "4711", "request", "b7ad6b7169203331"),
        TIME,
        TIME.plusMillis(number % 10_000),
        1L + number % 7);
  }

  static List<Event> events(long from, int count) {
    List<Event> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(event(from + i));
    }
    return events;
  }

  /** One batch on this topic. */
  void send(String topic, int partition, List<Event> events) {
    EventBatch batch =
        new EventBatch(
            partition,
            sequence++,
            TIME,
            TIME,
            0L,
            events.stream().map(event -> new BatchEntry(event, 1L)).toList());
    producer.send(
        new ProducerRecord<>(topic, partition, "" + partition, serializer.serialize(topic, batch)));
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
