package dev.tidings.cli.events;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed to a topic, once, as fast as possible. For one thread. */
final class LogReading implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final TopicFacts topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> beginnings;
  private final Map<TopicPartition, Long> ends;

  /**
   * The end is that of what is committed now.
   *
   * @param consumer from {@link #consumer}; closed with this
   */
  LogReading(TopicFacts topic, KafkaConsumer<byte[], byte[]> consumer) {
    this.topic = topic;
    this.consumer = consumer;
    try {
      beginnings = consumer.beginningOffsets(topic.topicPartitions());
      ends = consumer.endOffsets(topic.topicPartitions());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Makes a consumer: something that can be done while other questions are answered. */
  static KafkaConsumer<byte[], byte[]> consumer(Connection connection) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("max.partition.fetch.bytes", 8 << 20);
    settings.put("max.poll.records", 5_000);
    // To close a consumer takes until the broker has answered its last question for more.
    settings.put("fetch.max.wait.ms", 20);
    settings.putAll(connection.settings());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "none");
    settings.remove("group.id");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  ResourceVersion beginning() {
    return version(beginnings);
  }

  ResourceVersion end() {
    return version(ends);
  }

  private ResourceVersion version(Map<TopicPartition, Long> offsets) {
    long[] version = new long[topic.partitions()];
    offsets.forEach((partition, offset) -> version[partition.partition()] = offset);
    return ResourceVersion.of(topic.id(), version);
  }

  /**
   * Reads from a position to the end.
   *
   * @param from at or after the beginning
   * @throws CommandException if that takes longer than the limit
   */
  void read(ResourceVersion from, Duration limit, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    List<TopicPartition> left =
        topic.topicPartitions().stream()
            .filter(one -> from.offset(one.partition()) < end(one))
            .toList();
    consumer.assign(left);
    left.forEach(one -> consumer.seek(one, from.offset(one.partition())));
    try {
      while (left.stream().anyMatch(one -> consumer.position(one) < end(one))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < end(new TopicPartition(record.topic(), record.partition()))) {
            action.accept(record);
          }
        }
        if (System.nanoTime() - deadlineNanos >= 0) {
          throw new CommandException(
              ExitCode.TIMEOUT,
              "%s is not read after %d s: allow more by --timeout"
                  .formatted(topic.topic(), limit.toSeconds()));
        }
      }
    } catch (OffsetOutOfRangeException e) {
      throw new CommandException(
          ExitCode.UNREACHABLE,
          "Kafka deleted records of %s while they were read: try again".formatted(topic.topic()),
          e);
    }
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
