package dev.tidings.dedup;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.infra.registry.SharedRegistry;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A platform's topics on the shared broker, and records as a recorder sends them. */
final class RecordedTopic implements AutoCloseable {
  private static final int PARTITIONS = 3;

  final Topics topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final SchemaRegistry registry;
  private final AvroSerializer<Event> serializer;
  private final UUID recorder = UUID.randomUUID();
  private long position;

  RecordedTopic(String prefix, Map<String, String> eventsTopicSettings) throws Exception {
    topics = new Topics(prefix);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()))) {
      List<NewTopic> all =
          PlatformTopics.defaults(topics).withPartitions(PARTITIONS).all().stream()
              .map(
                  topic -> {
                    Map<String, String> settings = new java.util.HashMap<>(topic.configs());
                    if (topic.name().equals(topics.events())) {
                      settings.putAll(eventsTopicSettings);
                    }
                    return topic.configs(settings);
                  })
              .toList();
      admin.createTopics(all).all().get(30, TimeUnit.SECONDS);
    }
    registry = SchemaRegistry.forConfig(clients());
    serializer = new AvroSerializer<>(registry);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedKafka.bootstrapServers(),
                // What a new partition refuses is sent again before anything else: otherwise
                // sequence numbers are out of order, and a producer takes up to minutes over it.
                "max.in.flight.requests.per.connection",
                "1"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  static Map<String, String> clients() {
    return Map.of(
        "bootstrap.servers", SharedKafka.bootstrapServers(),
        "schema.registry.url", SharedRegistry.url());
  }

  /** Every seventh is sent again, as after a crash of its recorder. */
  void record(List<Event> events) {
    for (Event event : events) {
      ProducerRecord<byte[], byte[]> record = toRecord(event);
      producer.send(record);
      if (position % 7 == 0) {
        producer.send(record);
      }
    }
    producer.flush();
  }

  void garbage(byte[] value) {
    producer.send(new ProducerRecord<>(topics.recorded(), new byte[] {1}, value));
    producer.flush();
  }

  private ProducerRecord<byte[], byte[]> toRecord(Event event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topics.recorded(),
            RecordKey.of(event).getBytes(StandardCharsets.UTF_8),
            serializer.serialize(topics.recorded(), event));
    record.headers().add(SeriesHeader.NAME, SeriesHeader.of(event).orElseThrow().toBytes());
    record.headers().add(OriginHeader.NAME, new OriginHeader(recorder, ++position).toBytes());
    return record;
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
