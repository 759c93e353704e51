package dev.tidings.informer.events;

import dev.tidings.event.EventBatch;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Waits until everything recorded before now is counted, and the counts are out: what to do between
 * recording and reading, in a test or a script.
 *
 * <p>For each partition of the recorded topic its end is taken once. Then a batch must say that it
 * includes everything below it, or there must be no record between what the newest batch includes
 * and that end (only a transaction's marks).
 */
public final class Settled {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Topics topics;
  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;
  private final EventBatchDeserializer batchReader;
  private final Duration limit;
  private final long deadlineNanos;

  private Settled(
      Topics topics,
      Admin admin,
      Consumer<byte[], byte[]> consumer,
      EventBatchDeserializer batchReader,
      Duration limit) {
    this.topics = topics;
    this.admin = admin;
    this.consumer = consumer;
    this.batchReader = batchReader;
    this.limit = limit;
    this.deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  /**
   * Waits.
   *
   * @param kafka settings of Kafka clients; needs read access to the recorded and batches topics
   * @param registry for the schema of batches; stays the caller's to close
   * @throws TimeoutException if it takes longer than {@code limit}: one line that says what is
   *     waited for
   * @throws KafkaException if Kafka refuses
   */
  public static void await(
      Map<String, ?> kafka, SchemaRegistry registry, Topics topics, Duration limit)
      throws InterruptedException, TimeoutException {
    try (Admin admin = admin(kafka);
        Consumer<byte[], byte[]> consumer = consumer(kafka)) {
      new Settled(topics, admin, consumer, new EventBatchDeserializer(registry), limit).await();
    }
  }

  /** With the settings that an admin client knows: it warns about any other. */
  private static Admin admin(Map<String, ?> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    return Admin.create(settings);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, ?> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    // The next partition is only asked about when the broker has answered for the one before.
    settings.putIfAbsent("fetch.max.wait.ms", 20);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.remove("group.id");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void await() throws InterruptedException, TimeoutException {
    Map<TopicPartition, Long> ends = recordedEnds();
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      awaitThrough(end.getKey(), end.getValue());
    }
  }

  /** Of everything, also of what an open transaction hides: it was recorded before now. */
  private Map<TopicPartition, Long> recordedEnds() throws InterruptedException, TimeoutException {
    String topic = topics.recorded();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(uncommittedEnds(partitions));
    ends.entrySet().removeIf(end -> end.getValue() <= starts.getOrDefault(end.getKey(), 0L));
    return ends;
  }

  private Map<TopicPartition, Long> uncommittedEnds(List<TopicPartition> partitions)
      throws InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(p -> latest.put(p, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all())
        .forEach((partition, info) -> ends.put(partition, info.offset()));
    return ends;
  }

  private void awaitThrough(TopicPartition recorded, long end)
      throws InterruptedException, TimeoutException {
    while (true) {
      long through = newestThrough(recorded.partition());
      if (through >= end || hasNoRecords(recorded, through, end)) {
        return;
      }
      pause("what was recorded is not all counted; is the de-duplication running?");
    }
  }

  /** What the newest batch of a partition includes; 0 if there is none. */
  private long newestThrough(int partition) {
    TopicPartition batches = new TopicPartition(topics.batches(), partition);
    consumer.assign(List.of(batches));
    long end = consumer.endOffsets(List.of(batches)).getOrDefault(batches, 0L);
    long start = consumer.beginningOffsets(List.of(batches)).getOrDefault(batches, 0L);
    // Marks of transactions are between the records: look further back until there is one.
    for (long back = 8; ; back *= 8) {
      long from = Math.max(start, end - back);
      consumer.seek(batches, from);
      long through = -1;
      while (consumer.position(batches) < end && hasTime()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          EventBatch batch = batchReader.decode(record.value());
          through = Math.max(through, batch.getThrough());
        }
      }
      if (through >= 0 || from == start || !hasTime()) {
        return Math.max(0, through);
      }
    }
  }

  private boolean hasNoRecords(TopicPartition recorded, long from, long to) {
    consumer.assign(List.of(recorded));
    long start = consumer.beginningOffsets(List.of(recorded)).getOrDefault(recorded, 0L);
    consumer.seek(recorded, Math.max(from, start));
    while (consumer.position(recorded) < to && hasTime()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < to) {
          return false;
        }
      }
    }
    return consumer.position(recorded) >= to;
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException, TimeoutException {
    try {
      return answer.get(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw timedOut("Kafka does not answer");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw timedOut("Kafka does not answer");
      }
      throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e);
    }
  }

  private boolean hasTime() {
    return deadlineNanos - System.nanoTime() > 0;
  }

  private void pause(String why) throws InterruptedException, TimeoutException {
    if (!hasTime()) {
      throw timedOut(why);
    }
    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
  }

  private TimeoutException timedOut(String why) {
    return new TimeoutException(
        "Not settled after %.1f s: %s".formatted(limit.toMillis() / 1e3, why));
  }
}
