package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.recorder.RecordResult.Acknowledged;
import dev.tidings.recorder.RecordResult.Failed;
import dev.tidings.recorder.RecordResult.Refused;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRecorderIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Instant TIME = Instant.parse("2010-05-06T07:08:09.123456Z");

  @EventCatalogue(name = "cluster", owner = "com.example")
  enum ClusterEvent {
    @Description("A leader was elected.")
    LeaderElected,
    LeaderLost
  }

  /** Topics and a registry that no other test uses. */
  private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);

  private final Topics topics = new Topics(name);
  private final InMemorySchemaRegistry registry = InMemorySchemaRegistry.named(name);

  @Test
  void anEventReachesKafkaAsTheProtocolSays() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder = recorder(brokers).build()) {
      RecordResult result =
          recorder
              .event(ClusterEvent.LeaderElected)
              .severity(Severity.WARN)
              .object("Cluster", "prod", "orders")
              .attribute("term", "7")
              .time(TIME)
              .cause(new IllegalStateException("lost"))
              .message("node-3 leads")
              .submit()
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertThat(result)
          .isInstanceOfSatisfying(
              Acknowledged.class,
              ack -> {
                assertThat(ack.topic()).isEqualTo(topics.recorded());
                assertThat(ack.cut()).isEmpty();
              });
      assertThat(recorder.counts().recorded()).isEqualTo(1);
      assertThat(recorder.counts().acknowledged()).isEqualTo(1);
      assertThat(recorder.counts().lag()).isZero();
    }
    ConsumerRecord<String, byte[]> record = read(brokers, 1).get(0);
    Event event = new EventDeserializer(registry).decode(record.value());
    assertThat(record.key()).isEqualTo("Cluster/prod/orders");
    assertThat(event.getType()).isEqualTo("cluster.LeaderElected");
    assertThat(event.getSource().getNode()).isEqualTo("node-1");
    assertThat(event.getFirstTimestamp()).isEqualTo(TIME);
    assertThat(event.getAttributes())
        .containsEntry("term", "7")
        .containsEntry("exception.type", "java.lang.IllegalStateException")
        .containsEntry("exception.message", "lost")
        .containsKey("exception.stacktrace");
    assertThat(SeriesHeader.parse(record.headers().lastHeader(SeriesHeader.NAME).value()))
        .isEqualTo(
            new SeriesHeader(
                SeriesKey.of(event), 1_273_129_689_123_456L, 1_273_129_689_123_456L, 1));
    assertThat(record.timestamp()).as("LogAppendTime").isGreaterThan(TIME.toEpochMilli());
    assertThat(new CatalogueRegistry(registry, topics).find("cluster"))
        .contains(Catalogue.of(ClusterEvent.class));
  }

  @Test
  void whatIsInvalidIsRefusedWithTheReasonAndNothingElseIsLost() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder = recorder(brokers).build()) {
      assertThat(recorder.event("cluster.Nope").submit().get())
          .isEqualTo(
              new Refused("unknown event type 'cluster.Nope': catalogue cluster has no such type"));
      assertThat(recorder.event(ClusterEvent.LeaderLost).object("", "", "x").submit().get())
          .isEqualTo(new Refused("object.kind is empty"));
      recorder.record(ClusterEvent.LeaderLost, Severity.INFO, "x".repeat(10_000_000));

      assertThat(recorder.flush(LIMIT)).isTrue();
      RecorderCounts counts = recorder.counts();
      assertThat(counts.recorded()).isEqualTo(1);
      assertThat(counts.acknowledged()).isEqualTo(1);
      assertThat(counts.refused()).isEqualTo(2);
      assertThat(counts.truncated()).isEqualTo(1);
      assertThat(counts.journalBytes()).isZero();
    }
  }

  @Test
  void strictModeThrows() {
    try (EventRecorder recorder = recorder("127.0.0.1:1").strict(true).build()) {
      assertThatThrownBy(() -> recorder.record("cluster.Nope", Severity.INFO, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cluster.Nope");
    }
  }

  @Test
  void withoutKafkaRecordingReturnsAtOnceAndClosingIsBounded() throws Exception {
    EventRecorder recorder = recorder("127.0.0.1:1").build();
    List<CompletableFuture<RecordResult>> results = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      results.add(recorder.event(ClusterEvent.LeaderLost).message("" + i).submit());
    }
    assertThat(recorder.flush(Duration.ofMillis(1))).isFalse();
    assertThat(recorder.close(Duration.ofMillis(1))).isFalse();

    for (CompletableFuture<RecordResult> result : results) {
      assertThat(result.get(0, TimeUnit.SECONDS)).isInstanceOf(Failed.class);
    }
    assertThat(recorder.counts().recorded()).isEqualTo(10);
    assertThat(recorder.counts().acknowledged()).isZero();
    assertThat(recorder.event(ClusterEvent.LeaderLost).submit().get())
        .isEqualTo(new Failed("the recorder is closed"));
  }

  @Test
  void aRestartOfTheBrokerLosesDoublesAndReordersNothing(@TempDir Path directory) throws Exception {
    List<CompletableFuture<RecordResult>> results = new ArrayList<>();
    EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory));
    int port = kafka.port();
    String brokers = createTopics(kafka.bootstrapServers());
    try (EventRecorder recorder = recorder(brokers).build()) {
      results.addAll(submit(recorder, 0, 500));
      kafka.close();
      results.addAll(submit(recorder, 500, 1_000));
      kafka = EmbeddedKafka.start(BrokerConfig.in(directory).withPort(port));
      results.addAll(submit(recorder, 1_000, 1_500));

      assertThat(recorder.flush(LIMIT)).isTrue();
    }
    assertThat(results)
        .allSatisfy(result -> assertThat(result.get()).isInstanceOf(Acknowledged.class));
    EventDeserializer deserializer = new EventDeserializer(registry);
    assertThat(read(brokers, 1_500))
        .extracting(record -> deserializer.decode(record.value()).getMessage())
        .containsExactlyElementsOf(IntStream.range(0, 1_500).mapToObj(Integer::toString).toList());
    kafka.close();
  }

  private static List<CompletableFuture<RecordResult>> submit(
      EventRecorder recorder, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i -> recorder.event(ClusterEvent.LeaderLost).message(Integer.toString(i)).submit())
        .toList();
  }

  /** Stands for Confluent's serializer: any class that can write an event. */
  public static final class OwnSerializer implements Serializer<Event> {
    @Override
    public byte[] serialize(String topic, Event event) {
      return ("own:" + event.getMessage()).getBytes(StandardCharsets.UTF_8);
    }
  }

  @Test
  void aSerializerOfTheUsersOwnIsUsed() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder =
        recorder(brokers)
            .kafka(Map.of("value.serializer", OwnSerializer.class.getName()))
            .build()) {
      recorder.record(ClusterEvent.LeaderLost, Severity.INFO, "hello");
      assertThat(recorder.flush(LIMIT)).isTrue();
    }
    assertThat(new String(read(brokers, 1).get(0).value(), StandardCharsets.UTF_8))
        .isEqualTo("own:hello");
  }

  @Test
  void whatIsRequiredIsAskedFor() {
    assertThatThrownBy(() -> EventRecorder.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("source(node, component)");
    assertThatThrownBy(() -> EventRecorder.builder().source("n", "c").build())
        .hasMessageContaining("bootstrap.servers");
    assertThatThrownBy(
            () -> EventRecorder.builder().source("n", "c").bootstrapServers("b:1").build())
        .hasMessageContaining("schema.registry.url");
  }

  private EventRecorderBuilder recorder(String brokers) {
    return EventRecorder.builder()
        .source("node-1", "controller")
        .catalogue(ClusterEvent.class)
        .topics(topics)
        .bootstrapServers(brokers)
        .registry("mock://" + name);
  }

  private String createTopics(String brokers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(PlatformTopics.defaults(topics).withPartitions(3).all())
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    return brokers;
  }

  /** So many records and no more: everything up to the end of every partition. */
  private List<ConsumerRecord<String, byte[]>> read(String brokers, int count) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, 3).mapToObj(p -> new TopicPartition(topics.recorded(), p)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    assertThat(records).hasSize(count);
    return records;
  }
}
