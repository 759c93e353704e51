package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.process.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A handler and a watch keep a view each while the broker restarts, the line to it is cut, the
 * topic gets partitions, and is deleted and created again: both views become what the topic is.
 */
@Timeout(150)
class FaultIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");

  @TempDir Path directory;

  /** What a handler has been told. */
  static final class HandlersView implements ResourceEventHandler<String, String> {
    final Map<String, String> view = new ConcurrentHashMap<>();
    final Map<String, String> errors = new ConcurrentHashMap<>();

    @Override
    public void onAdd(String key, String object, boolean isInInitialList) {
      check(key, null, view.put(key, object));
    }

    @Override
    public void onUpdate(String key, String oldObject, String newObject) {
      check(key, oldObject, view.put(key, newObject));
    }

    @Override
    public void onDelete(String key, String object, boolean finalStateUnknown) {
      check(key, object, view.remove(key));
    }

    private void check(String key, @Nullable String said, @Nullable String known) {
      if (said == null ? known != null : !said.equals(known)) {
        errors.put(key, "told it was " + said + ", knew " + known);
      }
    }
  }

  @Test
  void viewsBecomeWhatTheTopicIs() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TcpProxy proxy = new TcpProxy()) {
      EmbeddedKafka kafka = start(proxy, 0);
      int port = kafka.port();
      Map<String, String> expected = new HashMap<>();
      try (Topic topic = new Topic("127.0.0.1:" + proxy.port(), 2, COMPACTED);
          SharedInformer<String, String> informer =
              topic.informer().requestTimeout(Duration.ofSeconds(2)).build().start()) {
        assertThat(informer.awaitSync(LIMIT)).isTrue();
        HandlersView handler = new HandlersView();
        informer.addHandler(handler);
        WatchersView watcher = new WatchersView(informer);
        write(topic, random, expected, 100);
        converge(seed, "at first", expected, informer, handler, watcher);

        proxy.cut();
        assertThat(informer.indexer().size()).isEqualTo(expected.size());
        proxy.mend();
        write(topic, random, expected, 100);
        converge(seed, "after the line was cut", expected, informer, handler, watcher);

        kafka.close();
        kafka = start(proxy, port);
        write(topic, random, expected, 100);
        converge(seed, "after the restart", expected, informer, handler, watcher);

        topic.growTo(4);
        write(topic, random, expected, 100);
        topic.put(3, System.currentTimeMillis(), "only there", "1");
        expected.put("only there", "1");
        converge(seed, "with more partitions", expected, informer, handler, watcher);
        assertThat(watcher.relists()).as("seed %s", seed).isZero();

        topic.delete();
        topic.create(3, COMPACTED);
        expected.clear();
        write(topic, random, expected, 60);
        converge(seed, "created again", expected, informer, handler, watcher);
        assertThat(watcher.relists()).as("seed %s", seed).isPositive();
        assertThat(handler.errors).as("seed %s", seed).isEmpty();
      } finally {
        kafka.close();
      }
    }
  }

  // Clients are told to come through the proxy.
  private EmbeddedKafka start(TcpProxy proxy, int port) {
    EmbeddedKafka kafka =
        EmbeddedKafka.start(
            BrokerConfig.in(directory)
                .withPort(port)
                .withProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + proxy.port()));
    proxy.passTo(kafka.port());
    return kafka;
  }

  private static void write(Topic topic, Random random, Map<String, String> expected, int records)
      throws Exception {
    for (int i = 0; i < records; i++) {
      String key = "k" + random.nextInt(30);
      if (random.nextInt(4) == 0) {
        topic.put(0, System.currentTimeMillis(), key, null);
        expected.remove(key);
      } else {
        String value = String.valueOf(random.nextInt(1_000_000));
        // All of a key in one partition, however many there are.
        topic.put(0, System.currentTimeMillis(), key, value);
        expected.put(key, value);
      }
    }
  }

  private static void converge(
      long seed,
      String when,
      Map<String, String> expected,
      SharedInformer<String, String> informer,
      HandlersView handler,
      WatchersView watcher) {
    await(when + ", seed " + seed)
        .atMost(LIMIT)
        .until(
            () ->
                Topic.asMap(informer).equals(expected)
                    && handler.view.equals(expected)
                    && watcher.becomes(expected));
  }
}
