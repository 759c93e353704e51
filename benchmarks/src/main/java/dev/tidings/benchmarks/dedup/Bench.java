package dev.tidings.benchmarks.dedup;

import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Starts contenders on one broker and sees how far they are by what they committed. */
final class Bench {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LONGEST_RATE = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 20;

  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;
  private final Admin admin;
  private final Path directory;
  private int runs;

  Bench(EmbeddedKafka kafka, EmbeddedRegistry registry, Admin admin, Path directory) {
    this.kafka = kafka;
    this.registry = registry;
    this.admin = admin;
    this.directory = directory;
  }

  Input input(String prefix) throws Exception {
    return new Input(prefix, kafka.bootstrapServers(), registry.url());
  }

  /** A contender that can be started again under the same name, with or without its state. */
  final class Entry {
    private final Contender contender;
    private final Topics topics;
    private final String guarantee;
    private final String id;
    private final String out;
    private int starts;

    private Entry(Contender contender, Topics topics, String guarantee) {
      this.contender = contender;
      this.topics = topics;
      this.guarantee = guarantee;
      this.id = "bench-" + runs++;
      this.out = id + "-out";
      kafka.createTopic(out, Input.PARTITIONS, Map.of());
    }

    Contender.Running start(boolean withState) throws Exception {
      if (!withState) {
        starts++;
      }
      return contender.start(
          topics,
          out,
          Contender.settings(
              kafka.bootstrapServers(),
              registry.url(),
              directory.resolve(id + "-" + starts),
              id,
              guarantee));
    }

    /** Where first occurrences come out. */
    String out() {
      return contender == Contender.TIDINGS ? topics.events() : out;
    }

    /** Waits until everything that is on the topic now is committed. */
    void awaitEnd() throws Exception {
      Map<TopicPartition, Long> ends = ends();
      awaitCommitted(
          committed ->
              ends.entrySet().stream()
                  .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue()));
    }

    /** Waits until something beyond these is committed. */
    void awaitBeyond(Map<TopicPartition, Long> before) throws Exception {
      awaitCommitted(
          committed ->
              before.entrySet().stream()
                  .anyMatch(end -> committed.getOrDefault(end.getKey(), 0L) > end.getValue()));
    }

    Map<TopicPartition, Long> ends() throws Exception {
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      IntStream.range(0, Input.PARTITIONS)
          .forEach(p -> wanted.put(new TopicPartition(topics.recorded(), p), OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(wanted).all().get().forEach((p, end) -> ends.put(p, end.offset()));
      return ends;
    }

    private void awaitCommitted(java.util.function.Predicate<Map<TopicPartition, Long>> reached)
        throws Exception {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!reached.test(committed())) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException(contender + " is not done");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }

    private Map<TopicPartition, Long> committed() throws ExecutionException, InterruptedException {
      Map<TopicPartition, Long> committed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(id)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  committed.put(partition, offset.offset());
                }
              });
      return committed;
    }
  }

  Entry entry(Contender contender, Topics topics, String guarantee) {
    return new Entry(contender, topics, guarantee);
  }

  /**
   * Records a second, from the time at which partitions are assigned until all is committed; of a
   * slow one until {@link #LONGEST_RATE} is over.
   */
  double rate(Contender contender, Topics topics, String guarantee) throws Exception {
    Entry entry = entry(contender, topics, guarantee);
    try (Contender.Running running = entry.start(true)) {
      running.await();
      long start = System.nanoTime();
      long records = entry.ends().values().stream().mapToLong(Long::longValue).sum();
      long done;
      do {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        done = entry.committed().values().stream().mapToLong(Long::longValue).sum();
      } while (done < records && System.nanoTime() - start < LONGEST_RATE.toNanos());
      return done / ((System.nanoTime() - start) / 1e9);
    }
  }
}
