package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.problem.Problem;
import dev.tidings.infra.kafka.SharedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(150)
class CheckpointIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final BlockingQueue<Problem> problems = new LinkedBlockingQueue<>();

  private InformerBuilder<String, String> builder(Topic topic, boolean encoded) {
    InformerBuilder<String, String> builder =
        topic
            .informer()
            .index("value", (key, value) -> List.of(value))
            .checkpoint(
                directory.resolve("state"),
                Duration.ofMinutes(5),
                new StringSerializer(),
                new StringSerializer())
            .onProblem(problems::add);
    return encoded ? builder.keepEncoded(new StringSerializer()) : builder;
  }

  private SharedInformer<String, String> started(Topic topic, boolean encoded) throws Exception {
    SharedInformer<String, String> informer = builder(topic, encoded).build().start();
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    return informer;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyWhatCameSinceIsRead(boolean encoded) throws Exception {
    Map<String, String> settings = Map.of("cleanup.policy", "compact");
    try (Topic topic = new Topic(SharedKafka.bootstrapServers(), 2, settings)) {
      Map<String, String> expected = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        topic.put("k" + i % 100, String.valueOf(i));
        expected.put("k" + i % 100, String.valueOf(i));
      }
      try (SharedInformer<String, String> first = started(topic, encoded)) {
        assertThat(Topic.asMap(first)).isEqualTo(expected);
        assertThat(first.status().load().records()).isEqualTo(300);
      }
      topic.put("k1", null);
      topic.put("k2", "new");
      expected.remove("k1");
      expected.put("k2", "new");
      try (SharedInformer<String, String> second = started(topic, encoded)) {
        assertThat(second.status().load().records()).isEqualTo(2);
        assertThat(Topic.asMap(second)).isEqualTo(expected);
        assertThat(second.indexer().byIndex("value", "new")).containsExactly("new");
        assertThat(second.indexer().indexKeys("value", "299")).containsExactly("k99");
      }
      assertThat(problems).isEmpty();

      byte[] file = Files.readAllBytes(directory.resolve("state"));
      file[file.length / 2]++;
      Files.write(directory.resolve("state"), file);
      try (SharedInformer<String, String> third = started(topic, encoded)) {
        assertThat(third.status().load().records()).isEqualTo(302);
        assertThat(Topic.asMap(third)).isEqualTo(expected);
      }
      assertThat(problems.remove()).isInstanceOf(Problem.CheckpointUnusable.class);

      topic.delete();
      topic.create(2, settings);
      topic.put("a", "1");
      try (SharedInformer<String, String> fourth = started(topic, encoded)) {
        assertThat(Topic.asMap(fourth)).isEqualTo(Map.of("a", "1"));
      }
      assertThat(problems.remove().describe()).contains("created again");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatExpiresIsStillKnownToExpire(boolean encoded) throws Exception {
    try (Topic topic =
        new Topic(SharedKafka.bootstrapServers(), 1, Map.of("cleanup.policy", "compact"))) {
      long now = System.currentTimeMillis();
      topic.put(0, now - 55_000, "soon", "1");
      topic.put(0, now, "later", "1");
      Duration age = Duration.ofSeconds(60);
      try (SharedInformer<String, String> first =
          builder(topic, encoded)
              .expiry(Expiry.byRecordTime(age))
              .clock(() -> Instant.ofEpochMilli(now))
              .build()
              .start()) {
        assertThat(first.awaitSync(LIMIT)).isTrue();
        assertThat(first.list().size()).isEqualTo(2);
      }
      try (SharedInformer<String, String> second =
          builder(topic, encoded)
              .expiry(Expiry.byRecordTime(age))
              .clock(() -> Instant.ofEpochMilli(now + 20_000))
              .build()
              .start()) {
        assertThat(second.awaitSync(LIMIT)).isTrue();
        assertThat(second.status().load().records()).isZero();
        assertThat(second.list().keys()).containsExactly("later");
      }
      assertThat(problems).isEmpty();
    }
  }
}
