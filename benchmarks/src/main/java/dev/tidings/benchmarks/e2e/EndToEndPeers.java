package dev.tidings.benchmarks.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** The two peers: nothing in between, and an exactly-once copy in between. */
final class EndToEndPeers implements AutoCloseable {
  private static final String DIRECT = "bench-direct";
  private static final String IN = "bench-in";
  private static final String OUT = "bench-out";
  private static final long LIMIT_SECONDS = 60;
  static final Duration BETWEEN_EVENTS = Duration.ofMillis(5);

  private final KafkaStreams copy;
  private final RawPath direct;
  private final RawPath copied;

  EndToEndPeers(
      String bootstrapServers,
      Path directory,
      int partitions,
      Latencies directLatencies,
      Latencies copiedLatencies)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(DIRECT, partitions, (short) 1),
                  new NewTopic(IN, partitions, (short) 1),
                  new NewTopic(OUT, partitions, (short) 1)))
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    copy = startCopy(bootstrapServers, directory);
    direct =
        new RawPath(
            bootstrapServers, DIRECT, DIRECT, partitions, "read_uncommitted", directLatencies);
    copied = new RawPath(bootstrapServers, IN, OUT, partitions, "read_committed", copiedLatencies);
  }

  private static KafkaStreams startCopy(String bootstrapServers, Path directory)
      throws InterruptedException {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(IN, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .to(OUT, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-copy");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("copy").toString());
    KafkaStreams copy = new KafkaStreams(builder.build(), settings);
    CountDownLatch running = new CountDownLatch(1);
    copy.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    copy.start();
    if (!running.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The copying application does not run");
    }
    return copy;
  }

  void sendRaw(byte[] body, int count) throws InterruptedException {
    send(direct, body, count);
  }

  void sendToCopy(byte[] body, int count) throws InterruptedException {
    send(copied, body, count);
  }

  private static void send(RawPath path, byte[] body, int count) throws InterruptedException {
    long before = path.seen();
    for (int i = 0; i < count; i++) {
      path.send(("key-" + i).getBytes(StandardCharsets.UTF_8), body);
      TimeUnit.NANOSECONDS.sleep(BETWEEN_EVENTS.toNanos());
    }
    path.flush();
    Waiting.until(() -> path.seen() >= before + count, "all sent records are read");
  }

  @Override
  public void close() throws InterruptedException {
    direct.close();
    copied.close();
    copy.close(Duration.ofSeconds(LIMIT_SECONDS));
  }
}
