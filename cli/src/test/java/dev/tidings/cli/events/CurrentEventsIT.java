package dev.tidings.cli.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.cli.connection.Connection;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoint changes nothing but the time: next to a plain map, through changes and faults. */
@Timeout(120)
class CurrentEventsIT {
  private static final int MANY = 25_000;

  @TempDir Path caches;

  private final Topics topics = new Topics("current-" + UUID.randomUUID());
  private final Map<String, String> model = new HashMap<>();
  private Connection connection;
  private KafkaProducer<String, String> producer;

  @BeforeEach
  void createTopics() throws Exception {
    connection =
        new Connection(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()), topics);
    try (Admin admin = connection.openAdmin()) {
      admin
          .createTopics(PlatformTopics.defaults(topics).withPartitions(3).all())
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    Map<String, Object> settings = new HashMap<>(connection.settings());
    // With several, a producer whose first request comes before the topic is ready goes round in
    // circles: the second has a sequence that the broker does not expect yet, for minutes.
    settings.put("max.in.flight.requests.per.connection", 1);
    producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  @AfterEach
  void close() {
    producer.close(Duration.ofSeconds(5));
  }

  private void put(String id, @Nullable String value) {
    producer.send(new ProducerRecord<>(topics.events(), id, value));
    if (value == null) {
      model.remove(id);
    } else {
      model.put(id, value);
    }
  }

  /** A visitor that remembers. */
  private static final class Collected implements CurrentEvents.Visitor {
    final Map<String, String> events = new HashMap<>();

    @Override
    public void visit(String id, byte[] value) {
      assertThat(events.put(id, new String(value, StandardCharsets.UTF_8))).isNull();
    }
  }

  private void assertAsTheModel() {
    producer.flush();
    Collected collected =
        CurrentEvents.visit(connection, Duration.ofSeconds(30), caches, Collected::new);
    assertThat(collected.events).isEqualTo(model);
  }

  private List<Path> checkpoints() throws Exception {
    try (var files = Files.walk(caches)) {
      return files.filter(file -> file.toString().endsWith(".checkpoint")).toList();
    }
  }

  @Test
  void callsAgreeWithTheModelWhateverHappenedBetween() throws Exception {
    Random random = new Random(20_260_131);
    put("only", "one");
    assertAsTheModel();
    assertThat(checkpoints()).as("not worth one").isEmpty();

    for (int i = 0; i < MANY; i++) {
      put("event-" + i, "value " + i);
    }
    assertAsTheModel();
    assertThat(checkpoints()).hasSize(1);
    FileTime written = Files.getLastModifiedTime(checkpoints().get(0));

    for (int i = 0; i < 500; i++) {
      String id = "event-" + random.nextInt(MANY + 100);
      put(id, random.nextInt(3) == 0 ? null : "changed " + i);
    }
    assertAsTheModel();
    assertThat(Files.getLastModifiedTime(checkpoints().get(0)))
        .as("still worth what it was")
        .isEqualTo(written);

    for (int i = 0; i < MANY; i++) {
      put("event-" + random.nextInt(2 * MANY), random.nextInt(5) == 0 ? null : "again " + i);
    }
    assertAsTheModel();
    assertThat(Files.getLastModifiedTime(checkpoints().get(0))).isGreaterThan(written);
    assertAsTheModel();
  }

  @Test
  void aDamagedOrOldCheckpointIsAsNone() throws Exception {
    for (int i = 0; i < MANY; i++) {
      put("event-" + i, "value " + i);
    }
    assertAsTheModel();
    Path file = checkpoints().get(0);
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(file, damaged);
    assertAsTheModel();
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertAsTheModel();

    // As old as deletions are kept: what it does not know of may be forgotten.
    Files.write(file, whole);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    assertAsTheModel();
    assertThat(Files.getLastModifiedTime(file).toInstant())
        .as("written anew")
        .isAfter(Instant.now().minus(Duration.ofHours(1)));
  }

  @Test
  void theCheckpointOfATopicThatWasCreatedAgainOrIsAheadOfItIsNotUsed() throws Exception {
    TopicFacts topic = TopicFacts.ask(connection, topics.events());
    CheckpointStore store = new CheckpointStore(caches, topic);
    Instant now = Instant.now();
    ResourceVersion beginning = ResourceVersion.of(topic.id(), 10, 10, 10);
    ResourceVersion at = ResourceVersion.of(topic.id(), 20, 20, 20);
    store.write(at, writer -> {});
    try (var reader = store.open(beginning, at, now)) {
      assertThat(reader).isNotNull();
    }
    ResourceVersion ofAnother = ResourceVersion.of(Uuid.randomUuid(), 30, 30, 30);
    assertThat(store.open(ofAnother, ofAnother, now)).as("created again").isNull();
    assertThat(store.open(beginning, beginning, now)).as("ahead of the topic").isNull();
    ResourceVersion later = ResourceVersion.of(topic.id(), 20, 21, 20);
    assertThat(store.open(later, later, now)).as("below the log's beginning").isNull();
  }

  @Test
  void withoutACacheNothingIsLeft() throws Exception {
    for (int i = 0; i < MANY; i++) {
      put("event-" + i, "value " + i);
    }
    producer.flush();
    Collected collected =
        CurrentEvents.visit(connection, Duration.ofSeconds(30), null, Collected::new);
    assertThat(collected.events).isEqualTo(model);
    assertThat(checkpoints()).isEmpty();
  }
}
