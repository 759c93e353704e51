package dev.tidings.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.conformance.OutputCheck;
import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.wire.RejectedHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The application on a real broker. */
class DedupApplicationIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int EVENTS = 1_500;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "group.protocol, classic",
    "group.protocol, streams",
    "tidings.store, rocksdb",
    "tidings.store.merge, false",
    "num.stream.threads, 2",
    "processing.guarantee, at_least_once",
    // As long as transactions may take: most often nothing is committed before the first is closed.
    "commit.interval.ms, 19000"
  })
  void countsExactlyOverARestartThatFindsNothingOnDisk(String name, String value) throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    RandomEvents events = new RandomEvents(7);
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of())) {
      try (DedupApplication first = start(prefix, "a", Map.of(name, value))) {
        recorded.record(events.next(EVENTS));
        await().atMost(LIMIT).until(() -> metric(first, "tidings_dedup_batch_entries_count") > 0);
      }
      recorded.record(events.next(EVENTS));
      Map<String, String> again =
          name.equals("commit.interval.ms") ? Map.of() : Map.of(name, value);
      try (DedupApplication second = start(prefix, "b", again)) {
        OutputCheck.Result result =
            new OutputCheck(RecordedTopic.clients(), recorded.topics).run(LIMIT);

        assertCounted(result, value);
        assertThat(result.retransmitted()).isGreaterThan(2 * EVENTS / 8);
        assertThat(metric(second, "tidings_dedup_open_windows")).isPositive();
      }
    }
  }

  /**
   * What the second start read and then changed is what the third finds, but for two partitions
   * whose files are damaged meanwhile: at the start of one and at the end of the other.
   */
  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void countsExactlyOverRestartsThatFindTheirStateOnDisk(String guarantee) throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    RandomEvents events = new RandomEvents(11);
    Map<String, String> settings = Map.of("processing.guarantee", guarantee);
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of())) {
      for (int run = 0; run < 2; run++) {
        recorded.record(events.next(EVENTS / 2));
        try (DedupApplication dedup = start(prefix, "a", settings)) {
          await()
              .atMost(LIMIT)
              .until(() -> metric(dedup, "tidings_dedup_records_total") >= EVENTS / 2);
          await().atMost(LIMIT).until(() -> snapshots("a") == 0);
        }
        assertThat(snapshots("a")).isEqualTo(3);
      }
      damage(snapshot("a", 0), 0);
      damage(snapshot("a", 1), Files.size(snapshot("a", 1)) - 1);
      recorded.record(events.next(EVENTS / 2));
      try (DedupApplication dedup = start(prefix, "a", settings)) {
        OutputCheck.Result result =
            new OutputCheck(RecordedTopic.clients(), recorded.topics).run(LIMIT);

        // What is damaged ends the thread that reads it, with what it had not committed.
        assertCounted(result, guarantee);
        await().atMost(LIMIT).until(dedup::isReady);
      }
    }
  }

  /** Nothing is missing; at least once, something may be counted again. */
  private static void assertCounted(OutputCheck.Result result, String guarantee) {
    if (guarantee.equals("at_least_once")) {
      assertThat(result.counted()).isGreaterThanOrEqualTo(result.expected());
    } else {
      assertThat(result.differences()).isEmpty();
      assertThat(result.isExact()).as("%s", result).isTrue();
    }
  }

  private Path snapshot(String state, int partition) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(state))) {
      return files
          .filter(file -> file.endsWith(Path.of("0_" + partition, "state.snapshot")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void damage(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at]++;
    Files.write(file, bytes);
  }

  private long snapshots(String state) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(state))) {
      return files.filter(file -> file.toString().endsWith(".snapshot")).count();
    } catch (UncheckedIOException e) {
      // One was deleted while they were counted.
      return -1;
    }
  }

  @Test
  void aTopicThatTakesTooLittleIsSaidAtTheStart() throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of("max.message.bytes", "5000"))) {
      assertThatThrownBy(() -> start(prefix, "a", Map.of()))
          .isInstanceOf(DedupStartException.class)
          .hasMessageContaining(recorded.topics.events())
          .hasMessageContaining("max.message.bytes");
    }
  }

  @Test
  void saysHowItIs() throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of());
        DedupApplication dedup = start(prefix, "a", Map.of("tidings.http.port", "0"))) {
      recorded.record(new RandomEvents(8).next(100));
      recorded.garbage(new byte[] {1, 2, 3});
      await().atMost(LIMIT).until(() -> metric(dedup, "tidings_dedup_rejected_total") == 1);
      await().atMost(LIMIT).until(() -> metric(dedup, "tidings_dedup_batch_entries_count") > 0);

      for (String path : List.of("/health/started", "/health/ready", "/health/live")) {
        assertThat(get(dedup, path).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(get(dedup, "/metrics").body())
          .contains("tidings_dedup_first_occurrences_total")
          .contains("tidings_dedup_repeats_total")
          .contains("tidings_dedup_retransmissions_total")
          .contains("tidings_dedup_delay_seconds_bucket")
          .contains("# HELP tidings_dedup_open_windows Events that are remembered")
          .contains("kafka_stream");
    }
  }

  @Test
  void whatATopicFindsTooLargeIsRejectedAndProcessingGoesOn() throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    RandomEvents events = new RandomEvents(9);
    Event small = events.next();
    Event large = large(events.next());
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of("max.message.bytes", "20000"));
        DedupApplication dedup = start(prefix, "a", Map.of())) {
      recorded.record(List.of(large, small));

      List<ConsumerRecord<byte[], byte[]>> rejected = read(recorded.topics.rejected(), 1);
      assertThat(rejected)
          .first()
          .satisfies(
              record ->
                  assertThat(text(record, RejectedHeaders.REASON))
                      .contains("bytes; at most 18,976 are allowed"));
      assertThat(read(recorded.topics.events(), 1))
          .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
          .contains(small.getId().toString());
      assertThat(dedup.isReady()).isTrue();
    }
  }

  /** The transaction is lost, the records come again, and this time without that event. */
  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void whatKafkaRefusesAllTheSameIsRejectedAndProcessingGoesOn(String guarantee) throws Exception {
    String prefix = "it-" + UUID.randomUUID();
    RandomEvents events = new RandomEvents(10);
    Event before = with(events.next(), "before", Map.of());
    Event large = large(events.next());
    Event after = with(events.next(), "after", Map.of());
    try (RecordedTopic recorded = new RecordedTopic(prefix, Map.of());
        DedupApplication dedup = start(prefix, "a", Map.of("processing.guarantee", guarantee))) {
      takeOnly(recorded.topics.events(), 5_000);
      recorded.record(List.of(before, large, after));

      List<ConsumerRecord<byte[], byte[]>> rejected = read(recorded.topics.rejected(), 1);
      assertThat(rejected)
          .hasSize(1)
          .first()
          .satisfies(
              record ->
                  assertThat(text(record, RejectedHeaders.REASON))
                      .contains("does not take the event of 20"));
      assertThat(read(recorded.topics.events(), 2))
          .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
          .contains(before.getId().toString(), after.getId().toString())
          .doesNotContain(large.getId().toString());
      await().atMost(LIMIT).until(dedup::isReady);
    }
  }

  /** Once the de-duplication has read what the topic takes. */
  private static void takeOnly(String topic, int bytes) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static Event large(Event event) {
    String value = "x".repeat(4_000);
    return with(event, "large", Map.of("a", value, "b", value, "c", value, "d", value, "e", value));
  }

  private static Event with(Event event, String message, Map<String, String> attributes) {
    return new Event(
        event.getId(),
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        message,
        attributes,
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        1L);
  }

  private DedupApplication start(String prefix, String state, Map<String, String> more)
      throws InterruptedException {
    Map<String, String> settings = new HashMap<>(RecordedTopic.clients());
    settings.put(DedupConfig.PREFIX, prefix);
    settings.put("state.dir", directory.resolve(state).toString());
    settings.put(DedupConfig.BATCH_INTERVAL_MS, "300");
    if (!"streams".equals(more.get("group.protocol"))) {
      // A thread that ended is missed, and another takes its place, when its session is over.
      settings.put("consumer.session.timeout.ms", "3000");
      settings.put("consumer.heartbeat.interval.ms", "500");
    }
    settings.putAll(more);
    DedupApplication application = DedupApplication.start(DedupConfig.of(settings));
    assertThat(application.awaitRunning(LIMIT)).isTrue();
    return application;
  }

  /** The sum over all labels. */
  private static double metric(DedupApplication application, String name) {
    return application
        .metrics()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static HttpResponse<String> get(DedupApplication dedup, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + dedup.httpPort().orElseThrow() + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int wanted) {
    Map<String, Object> settings = new HashMap<>(RecordedTopic.clients());
    settings.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= wanted;
              });
    }
    return records;
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
