package dev.tidings.benchmarks.dedup;

import dev.tidings.benchmarks.frame.Target;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.Micros;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * From sending a first occurrence until a {@code read_committed} reader has it: ours and the
 * pass-through read the same topic at the same time.
 */
final class Delay {
  private static final int EVENTS_PER_SECOND = 500;
  private static final Duration POLL = Duration.ofMillis(2);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final Bench bench;
  private final String bootstrapServers;

  Delay(Bench bench, String bootstrapServers) {
    this.bench = bench;
    this.bootstrapServers = bootstrapServers;
  }

  List<Target> run(int seconds, PrintStream out) throws Exception {
    try (Input input = bench.input("delay")) {
      Bench.Entry ours = bench.entry(Contender.TIDINGS, input.topics(), "exactly_once_v2");
      Bench.Entry copy = bench.entry(Contender.PASS_THROUGH, input.topics(), "exactly_once_v2");
      try (Contender.Running first = ours.start(true);
          Contender.Running second = copy.start(true);
          KafkaConsumer<byte[], byte[]> consumer = consumer(ours.out(), copy.out())) {
        first.await();
        second.await();
        // So that nobody measures the compiler.
        send(input, consumer, 3 * EVENTS_PER_SECOND, ours.out());
        Map<String, Histogram> delays =
            send(input, consumer, seconds * EVENTS_PER_SECOND, ours.out());
        Histogram oursDelay = delays.getOrDefault(ours.out(), new Histogram(3));
        Histogram copyDelay = delays.getOrDefault(copy.out(), new Histogram(3));
        double oursP99 = millis(oursDelay, 99);
        double copyP99 = millis(copyDelay, 99);
        out.printf(Locale.ROOT, "delay of a first occurrence, %d a second%n", EVENTS_PER_SECOND);
        report("pass-through", copyDelay, out);
        report("tidings", oursDelay, out);
        return List.of(Target.atMost("dedup.delay.p99.vs_pass_through", oursP99 / copyP99, 1.3));
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String... topics) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        List.of(topics).stream()
            .flatMap(
                topic ->
                    IntStream.range(0, Input.PARTITIONS)
                        .mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    return consumer;
  }

  /** Sends evenly, and reads until everything sent has come out of both. */
  private static Map<String, Histogram> send(
      Input input, KafkaConsumer<byte[], byte[]> consumer, int events, String ours)
      throws TimeoutException {
    Map<String, Histogram> delays = new HashMap<>();
    long start = System.nanoTime();
    long deadline = start + LIMIT.toNanos() + TimeUnit.SECONDS.toNanos(events / EVENTS_PER_SECOND);
    int sent = 0;
    while (delays.size() < 2
        || delays.values().stream().anyMatch(delay -> delay.getTotalCount() < events)) {
      long due =
          Math.min(events, (System.nanoTime() - start) * EVENTS_PER_SECOND / 1_000_000_000L + 1);
      for (; sent < due; sent++) {
        input.first();
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        long micros = Micros.of(Instant.now()) - EventTail.read(record.value()).firstMicros();
        delays
            .computeIfAbsent(record.topic(), any -> new Histogram(LONGEST_MICROS, 3))
            .recordValue(Math.max(1, Math.min(micros, LONGEST_MICROS)));
      }
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("Not everything came out: " + delays.keySet() + " " + ours);
      }
    }
    return delays;
  }

  private static void report(String name, Histogram delay, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "  %-30s p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        name,
        millis(delay, 50),
        millis(delay, 99),
        millis(delay, 100));
  }

  private static double millis(Histogram delay, double percentile) {
    return delay.getValueAtPercentile(percentile) / 1_000.0;
  }
}
