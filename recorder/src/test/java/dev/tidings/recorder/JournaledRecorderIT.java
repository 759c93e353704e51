package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.catalogue.EventCatalogue;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.recorder.RecordResult.Acknowledged;
import dev.tidings.recorder.RecordResult.Failed;
import dev.tidings.recorder.RecordResult.Kept;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import dev.tidings.wire.WireFormat;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal promises, with a real broker that is there, away, or unwilling. */
class JournaledRecorderIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 3;

  @EventCatalogue(name = "cluster", owner = "com.example")
  enum ClusterEvent {
    LeaderElected,
    LeaderLost
  }

  @TempDir private Path directory;

  private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final Topics topics = new Topics(name);
  private final InMemorySchemaRegistry registry = InMemorySchemaRegistry.named(name);

  @Test
  void whatIsNotSentAtCloseIsSentByTheNextOneWithItsOrigin() throws Exception {
    List<CompletableFuture<RecordResult>> results = new ArrayList<>();
    try (EventRecorder away = recorder("127.0.0.1:" + LoopbackPorts.free()).build()) {
      for (int i = 0; i < 100; i++) {
        results.add(draft(away, i).submit());
      }
      assertThat(away.close(Duration.ofMillis(1))).isFalse();
      assertThat(away.counts().lag()).isEqualTo(100);
      assertThat(away.counts().journalBytes()).isPositive();
      assertThat(away.counts().durable()).isTrue();
    }
    assertThat(results).allSatisfy(one -> assertThat(one.get()).isInstanceOf(Kept.class));

    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder next = recorder(brokers).build()) {
      for (int i = 100; i < 150; i++) {
        draft(next, i).record();
      }
      assertThat(next.close(LIMIT)).isTrue();
      assertThat(next.counts().recovered()).isEqualTo(100);
      assertThat(next.counts().acknowledged()).isEqualTo(150);
    }
    List<ConsumerRecord<String, byte[]>> records = read(brokers);
    assertInOrderPerObject(records, 150);
    assertThat(records.stream().map(record -> origin(record).recorderId()).distinct()).hasSize(2);
    Map<UUID, Long> newest = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record : partition(records, 0)) {
      OriginHeader origin = origin(record);
      assertThat(origin.position()).isGreaterThan(newest.getOrDefault(origin.recorderId(), 0L));
      newest.put(origin.recorderId(), origin.position());
    }
    assertNoJournalIsLeft();
  }

  @Test
  void aBrokerThatIsAwayCostsTheCallerNothingAndAllArrivesInOrder() throws Exception {
    int port = LoopbackPorts.free();
    try (EventRecorder recorder = recorder("127.0.0.1:" + port).build()) {
      for (int i = 0; i < 5_000; i++) {
        draft(recorder, i).record();
      }
      assertThat(recorder.flush(Duration.ofMillis(10))).isFalse();
      try (EmbeddedKafka kafka =
          EmbeddedKafka.start(BrokerConfig.in(directory.resolve("kafka")).withPort(port))) {
        createTopics(kafka.bootstrapServers());
        for (int i = 5_000; i < 6_000; i++) {
          draft(recorder, i).record();
        }
        assertThat(recorder.flush(LIMIT)).isTrue();
        assertThat(recorder.counts().acknowledged()).isEqualTo(6_000);
        assertInOrderPerObject(read(kafka.bootstrapServers()), 6_000);
      }
    }
  }

  @Test
  void aTopicThatDoesNotExistYetIsWaitedFor() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(
            BrokerConfig.in(directory.resolve("kafka"))
                .withProperty("auto.create.topics.enable", "false"))) {
      try (EventRecorder recorder = recorder(kafka.bootstrapServers()).build()) {
        for (int i = 0; i < 100; i++) {
          draft(recorder, i).record();
        }
        Awaitility.await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(recorder.counts().sendErrors()).isPositive());
        createTopics(kafka.bootstrapServers());
        assertThat(recorder.flush(LIMIT)).isTrue();
      }
      assertInOrderPerObject(read(kafka.bootstrapServers()), 100);
    }
  }

  @Test
  void aRecordThatTheTopicDoesNotTakeIsKeptAsideAndThoseBehindItGoOn() throws Exception {
    String brokers = SharedKafka.bootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics.recorded(), PARTITIONS, (short) 1)
                      .configs(Map.of("max.message.bytes", "3000"))))
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    try (EventRecorder recorder = recorder(brokers).build()) {
      draft(recorder, 0).record();
      CompletableFuture<RecordResult> large =
          draft(recorder, 1).attribute("large", "x".repeat(4_000)).submit();
      draft(recorder, 2).record();

      assertThat(recorder.flush(LIMIT)).isTrue();
      assertThat(large.get(1, TimeUnit.SECONDS)).isInstanceOf(Failed.class);
      assertThat(recorder.counts().failed()).isEqualTo(1);
      assertThat(recorder.counts().acknowledged()).isEqualTo(2);
    }
    assertThat(read(brokers)).hasSize(2);
    try (Stream<Path> aside = Files.list(journal().resolve("aside"))) {
      assertThat(aside.toList())
          .singleElement()
          .satisfies(
              file ->
                  assertThat(file)
                      .content()
                      .contains("\"reason\":", "\"time\":", "x".repeat(4_000)));
    }
  }

  @Test
  void withoutPermissionItWaitsAndLosesAndReordersNothing() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(
            BrokerConfig.in(directory.resolve("kafka"))
                .withProperty(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withProperty("super.users", "User:nobody")
                .withProperty("allow.everyone.if.no.acl.found", "true"))) {
      String brokers = createTopics(kafka.bootstrapServers());
      AclBinding denied =
          new AclBinding(
              new ResourcePattern(ResourceType.TOPIC, topics.recorded(), PatternType.LITERAL),
              new AccessControlEntry(
                  "User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
      AclBinding readable =
          new AclBinding(
              denied.pattern(),
              new AccessControlEntry(
                  "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW));
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers));
          EventRecorder recorder = recorder(brokers).build()) {
        for (int i = 0; i < 300; i++) {
          draft(recorder, i).record();
        }
        assertThat(recorder.flush(LIMIT)).isTrue();
        admin.createAcls(List.of(denied, readable)).all().get();
        for (int i = 300; i < 600; i++) {
          draft(recorder, i).record();
        }
        Awaitility.await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(recorder.counts().sendErrors()).isPositive());
        admin.deleteAcls(List.of(denied.toFilter())).all().get();

        assertThat(recorder.flush(LIMIT)).isTrue();
        assertThat(recorder.counts().acknowledged()).isEqualTo(600);
      }
      assertInOrderPerObject(read(brokers), 600);
    }
  }

  @Test
  void whileTheRegistryIsAwayTheSchemaIdOfTheLastTimeIsUsed() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "{\"id\":4711}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    for (int run = 0; run < 2; run++) {
      try (EventRecorder recorder =
          recorder(brokers)
              .kafka(Map.of("schema.registry.url", url, "schema.registry.total.timeout.ms", "500"))
              .publishCatalogues(false)
              .build()) {
        draft(recorder, run).record();
        assertThat(recorder.flush(LIMIT)).isTrue();
      }
      server.stop(0);
    }
    assertThat(read(brokers))
        .hasSize(2)
        .allSatisfy(record -> assertThat(WireFormat.schemaId(record.value())).isEqualTo(4711));
  }

  @Test
  void repeatsAreAggregatedAndNoneIsLost() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder =
        recorder(brokers).aggregateWithin(Duration.ofMillis(200)).build()) {
      for (int i = 0; i < 1_000; i++) {
        recorder
            .event(ClusterEvent.LeaderLost)
            .object("Cluster", "prod", "c" + i % 4)
            .message("same")
            .record();
      }
      draft(recorder, 0).record();
      assertThat(recorder.flush(LIMIT)).isTrue();
      assertThat(recorder.counts().acknowledged()).isEqualTo(1_001);
      assertThat(recorder.counts().aggregated()).isGreaterThan(800);
    }
    EventDeserializer deserializer = new EventDeserializer(registry);
    long occurrences = 0;
    List<ConsumerRecord<String, byte[]>> records = read(brokers);
    for (ConsumerRecord<String, byte[]> record : records) {
      Event event = deserializer.decode(record.value());
      SeriesHeader header =
          SeriesHeader.parse(record.headers().lastHeader(SeriesHeader.NAME).value());
      assertThat(header).isEqualTo(SeriesHeader.of(event).get());
      occurrences += event.getCount();
    }
    assertThat(occurrences).isEqualTo(1_001);
    assertThat(records).hasSizeLessThan(200);
  }

  @Test
  void whatTheSpamFilterWithholdsIsCountedAndReported() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder = recorder(brokers).spamFilter(SpamFilter.defaults()).build()) {
      for (int i = 0; i < 30; i++) {
        recorder
            .event(ClusterEvent.LeaderLost)
            .object("Cluster", "prod", "orders")
            .message("m" + i)
            .record();
      }
      recorder.event(ClusterEvent.LeaderLost).object("Cluster", "prod", "other").record();
      assertThat(recorder.counts().dropped()).isEqualTo(Map.of(DropCause.SPAM, 5L));
      assertThat(recorder.close(LIMIT)).isTrue();
    }
    List<Event> events = decode(read(brokers));
    assertThat(events).hasSize(27);
    assertThat(events)
        .filteredOn(event -> event.getType().equals("recorder.EventsWithheld"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getAttributes()).containsEntry("withheld", "5");
              assertThat(event.getObject().getName()).isEqualTo("orders");
            });
  }

  @Test
  void secretsReachNeitherJournalNorKafkaNorWatchers() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    List<Event> watched = new CopyOnWriteArrayList<>();
    try (EventRecorder recorder = recorder(brokers).redaction(Redaction.secrets()).build()) {
      recorder.broadcaster().watch(watched::add);
      recorder
          .event(ClusterEvent.LeaderLost)
          .message("login with password=hunter2 failed")
          .attribute("api-key", "hunter2")
          .record();
      assertThat(recorder.flush(LIMIT)).isTrue();
      try (Stream<Path> files = Files.walk(journal())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
        }
      }
    }
    assertThat(decode(read(brokers)))
        .isEqualTo(watched)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getMessage()).isEqualTo("login with password=[redacted] failed");
              assertThat(event.getAttributes()).containsEntry("api-key", "[redacted]");
            });
  }

  @Test
  void aRedactionThatFailsLetsNothingOut() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder =
        recorder(brokers)
            .redaction(
                (field, text) -> {
                  throw new IllegalStateException("no");
                })
            .build()) {
      draft(recorder, 1).record();
      assertThat(recorder.counts().refused()).isEqualTo(1);
    }
    assertThat(read(brokers)).isEmpty();
  }

  @Test
  void theCallersTraceGoesAlong() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    SpanContext span =
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (EventRecorder recorder = recorder(brokers).build()) {
      try (Scope scope = Span.wrap(span).makeCurrent()) {
        draft(recorder, 1).record();
      }
      draft(recorder, 2).record();
    }
    List<String> traces = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : read(brokers)) {
      if (record.headers().lastHeader("traceparent") != null) {
        traces.add(
            new String(
                record.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII));
      }
    }
    assertThat(traces).containsExactly("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  @Test
  void givenADeliveryTimeoutAnEventIsGivenUpAfterIt() throws Exception {
    try (EventRecorder recorder =
        recorder("127.0.0.1:" + LoopbackPorts.free())
            .kafka(Map.of("delivery.timeout.ms", "1"))
            .build()) {
      assertThat(draft(recorder, 1).submit().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(Failed.class);
      assertThat(recorder.counts().failed()).isEqualTo(1);
    }
  }

  @Test
  void everyResultIsAcknowledgedWhenAllIsWell() throws Exception {
    String brokers = createTopics(SharedKafka.bootstrapServers());
    try (EventRecorder recorder = recorder(brokers).build()) {
      List<CompletableFuture<RecordResult>> results =
          IntStream.range(0, 500).mapToObj(i -> draft(recorder, i).submit()).toList();
      for (CompletableFuture<RecordResult> result : results) {
        assertThat(result.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(Acknowledged.class);
      }
    }
    assertNoJournalIsLeft();
  }

  private EventDraft draft(EventRecorder recorder, int number) {
    return recorder
        .event(ClusterEvent.LeaderElected)
        .severity(Severity.WARN)
        .object("Cluster", "prod", "c" + number % 7)
        .message(Integer.toString(number));
  }

  private Path journal() {
    return directory.resolve("journal");
  }

  private EventRecorderBuilder recorder(String brokers) {
    return EventRecorder.builder()
        .source("node-1", "controller")
        .catalogue(ClusterEvent.class)
        .topics(topics)
        .bootstrapServers(brokers)
        .registry("mock://" + name)
        .journal(journal());
  }

  private void assertNoJournalIsLeft() throws Exception {
    try (Stream<Path> files = Files.walk(journal())) {
      assertThat(files.filter(file -> file.toString().endsWith(".segment"))).isEmpty();
    }
  }

  private void assertInOrderPerObject(List<ConsumerRecord<String, byte[]>> records, int count) {
    assertThat(records).hasSize(count);
    Map<String, Integer> newest = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      int number = Integer.parseInt(decode(List.of(record)).get(0).getMessage());
      assertThat(number).isGreaterThan(newest.getOrDefault(record.key(), -1));
      newest.put(record.key(), number);
    }
  }

  private List<Event> decode(List<ConsumerRecord<String, byte[]>> records) {
    EventDeserializer deserializer = new EventDeserializer(registry);
    return records.stream().map(record -> deserializer.decode(record.value())).toList();
  }

  private static OriginHeader origin(ConsumerRecord<String, byte[]> record) {
    return OriginHeader.parse(record.headers().lastHeader(OriginHeader.NAME).value());
  }

  private static List<ConsumerRecord<String, byte[]>> partition(
      List<ConsumerRecord<String, byte[]>> records, int partition) {
    return records.stream().filter(record -> record.partition() == partition).toList();
  }

  private String createTopics(String brokers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(PlatformTopics.defaults(topics).withPartitions(PARTITIONS).all())
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    return brokers;
  }

  /** Everything up to the end of every partition. */
  private List<ConsumerRecord<String, byte[]>> read(String brokers) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new TopicPartition(topics.recorded(), p))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }
}
