package dev.tidings.benchmarks.dedup;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A recorded topic full of events of about 300 bytes, with the headers of a recorder. The key of a
 * record is its series, so that topologies that look at keys need not repartition. A repeat is one
 * of the hundred newest series: what happens again happens soon.
 */
final class Input implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final int HOT = 100;
  private static final Source SOURCE = new Source("node-1", "benchmark");
  private static final Map<String, String> ATTRIBUTES =
      Map.of("zone", "eu-1", "pid", "4711", "request", "b7ad6b7169203331");

  private final EventIds ids = EventIds.of(Clock.systemUTC());
  private final UUID recorder = UUID.randomUUID();
  private final Topics topics;
  private final SchemaRegistry registry;
  private final AvroSerializer<Event> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private long series;
  private long position;

  Input(String prefix, String bootstrapServers, String registryUrl) throws Exception {
    topics = new Topics(prefix);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      List<NewTopic> all =
          List.copyOf(PlatformTopics.defaults(topics).withPartitions(PARTITIONS).all());
      admin.createTopics(all).all().get(30, TimeUnit.SECONDS);
      for (NewTopic topic : all) {
        awaitReady(admin, topic.name(), topic.numPartitions());
      }
    }
    registry = RegistryClient.create(RegistryConfig.of(registryUrl));
    serializer = new AvroSerializer<>(registry);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                "5",
                "batch.size",
                "262144",
                "max.in.flight.requests.per.connection",
                "1"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Waits until a new topic can be written to. A producer that begins sooner is refused, and takes
   * up to minutes until its sequence numbers are in order again.
   */
  static void awaitReady(Admin admin, String topic, int partitions) throws Exception {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        // Asked again by the client itself, with pauses, until each partition's leader answers.
        admin.listOffsets(all).all().get(30, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        // Not so of a topic that the broker does not know yet.
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  Topics topics() {
    return topics;
  }

  /** Sends so many, of which about this part are repeats. */
  void fill(int records, double repeats, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < records; i++) {
      if (series == 0 || random.nextDouble() >= repeats) {
        series++;
        send(series);
      } else {
        send(series - random.nextInt((int) Math.min(HOT, series)));
      }
    }
    producer.flush();
  }

  /** Sends a first occurrence to each partition, and says so at once. */
  void one() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      series++;
      producer.send(record(series, partition));
    }
    producer.flush();
  }

  /** Sends a first occurrence. */
  void first() {
    series++;
    send(series);
  }

  private void send(long of) {
    producer.send(record(of, null));
  }

  private ProducerRecord<byte[], byte[]> record(long of, @Nullable Integer partition) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Event event =
        new Event(
            ids.next(),
            "demo.ContainerDied",
            Severity.WARN,
            SOURCE,
            new ObjectReference("Container", "prod", "web-" + of, ""),
            "container of web-%d ended with exit code 137 after it used more memory than allowed"
                .formatted(of),
            ATTRIBUTES,
            now,
            now,
            1L);
    SeriesHeader header = SeriesHeader.of(event).orElseThrow();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topics.recorded(),
            partition,
            header.key().toBytes(),
            serializer.serialize(topics.recorded(), event));
    record.headers().add(SeriesHeader.NAME, header.toBytes());
    record.headers().add(OriginHeader.NAME, new OriginHeader(recorder, ++position).toBytes());
    return record;
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
