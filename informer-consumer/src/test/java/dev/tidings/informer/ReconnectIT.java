package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(150)
class ReconnectIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void goesOnWhereItWasWhenTheBrokerComesBack() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory));
    int port = kafka.port();
    try (Topic topic = new Topic(kafka.bootstrapServers(), 2, Map.of("cleanup.policy", "compact"));
        SharedInformer<String, String> informer = topic.informer().build().start()) {
      assertThat(informer.awaitSync(LIMIT)).isTrue();
      HandlerTest.Recorder handler = new HandlerTest.Recorder();
      informer.addHandler(handler);
      Watch<String, String> watch = informer.watch(WatchOptions.fromNow());
      topic.put("a", "1");
      assertThat(watch.poll(LIMIT).object()).isEqualTo("1");

      kafka.close();
      assertThat(informer.list().get("a")).isEqualTo("1");
      assertThatExceptionOfType(CacheBehindException.class)
          .isThrownBy(() -> informer.list(Freshness.latest(), Duration.ofMillis(300)))
          .withMessageContaining("brokers can be reached");
      kafka = EmbeddedKafka.start(BrokerConfig.in(directory).withPort(port));
      topic.put("a", "2");
      topic.put("b", "1");

      assertThat(informer.list(Freshness.latest(), LIMIT).get("b")).isEqualTo("1");
      Change<String, String> change = watch.poll(LIMIT);
      Change<String, String> other = watch.poll(LIMIT);
      assertThat(List.of(change.object(), other.object())).containsExactlyInAnyOrder("2", "1");
      assertThat(List.of(handler.next(), handler.next(), handler.next()))
          .containsExactlyInAnyOrder("add a1", "update a12", "add b1");
      watch.close();
    } finally {
      kafka.close();
    }
  }

  @Test
  void anUnreachableBrokerIsTriedAgainAndSaidSo() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory));
    int port = kafka.port();
    kafka.createTopic("late", 1, Map.of());
    kafka.close();
    BlockingQueue<Problem> problems = new LinkedBlockingQueue<>();
    try (Topic topic = new Topic("late", "127.0.0.1:" + port);
        SharedInformer<String, String> informer =
            topic
                .informer()
                .requestTimeout(Duration.ofMillis(500))
                .onProblem(problems::add)
                .build()
                .start()) {
      assertThat(problems.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(Problem.Disconnected.class);
      assertThat(informer.awaitSync(Duration.ZERO)).isFalse();
      assertThat(informer.status().state()).isEqualTo(InformerStatus.State.LOADING);
      assertThat(informer.status().lastProblem())
          .hasValueSatisfying(
              problem -> assertThat(problem).startsWith("Cannot read late, next try in "));
      kafka = EmbeddedKafka.start(BrokerConfig.in(directory).withPort(port));
      assertThat(informer.awaitSync(LIMIT)).isTrue();
    } finally {
      kafka.close();
    }
  }
}
