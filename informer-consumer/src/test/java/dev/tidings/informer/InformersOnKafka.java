package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/** Informers of topics of a real broker, and what closes them after each test. */
abstract class InformersOnKafka {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");

  private final List<AutoCloseable> toClose = new ArrayList<>();
  final BlockingQueue<Problem> problems = new LinkedBlockingQueue<>();

  final Topic topic(int partitions) throws Exception {
    return topic(partitions, COMPACTED);
  }

  final Topic topic(int partitions, Map<String, String> settings) throws Exception {
    return closeLater(new Topic(SharedKafka.bootstrapServers(), partitions, settings));
  }

  /** Closes it after the test, the newest first. */
  final <T extends AutoCloseable> T closeLater(T closeable) {
    toClose.add(0, closeable);
    return closeable;
  }

  final SharedInformer<String, String> synced(InformerBuilder<String, String> builder)
      throws Exception {
    SharedInformer<String, String> informer =
        closeLater(builder.onProblem(problems::add).build()).start();
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    return informer;
  }

  static void assertExpired(
      SharedInformer<String, String> informer, ResourceVersion version, String why) {
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> informer.watch(WatchOptions.from(version)))
        .withMessageContaining(why);
  }

  final Watch<String, String> watch(
      SharedInformer<String, String> informer, WatchOptions<String, String> options) {
    return closeLater(informer.watch(options));
  }

  static List<String> take(Watch<String, String> watch, int count) throws Exception {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Change<String, String> change = watch.poll(LIMIT);
      assertThat(change).as("change %s, after %s", i, seen).isNotNull();
      seen.add(change.type() + " " + change.key() + " " + change.object());
    }
    return seen;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }
}
