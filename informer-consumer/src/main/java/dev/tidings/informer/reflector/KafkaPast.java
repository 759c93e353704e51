package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads a topic's log from its beginning to an earlier position, once, by a consumer of its own on
 * the caller's thread. Safe for any thread.
 */
public final class KafkaPast<K, V> {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final TopicClient topic;
  private final Map<String, ?> properties;
  private final RecordDecoder<K, V> decoder;

  /**
   * @param topic stays the caller's to close
   * @param properties of the Kafka client
   */
  public KafkaPast(TopicClient topic, Map<String, ?> properties, RecordDecoder<K, V> decoder) {
    this.topic = topic;
    this.properties = Map.copyOf(properties);
    this.decoder = decoder;
  }

  /** What was in the topic before a time, by the timestamps of its records. */
  public ResourceVersion at(Instant time) {
    return topic.positionAt(time);
  }

  /**
   * Gives every committed record below a position, in the order of its partition.
   *
   * @throws ExpiredException if the topic was created again, or its log begins after the position
   * @throws TimeoutException if that took longer than the limit
   */
  public void read(ResourceVersion until, Duration limit, Consumer<LogRecord<K, V>> action) {
    long deadline = System.nanoTime() + limit.toNanos();
    ResourceVersion beginning = topic.beginning();
    if (!beginning.topicId().equals(until.topicId())) {
      throw new ExpiredException("it is of another topic, or the topic was created again");
    }
    if (!until.isAtLeast(beginning)) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    }
    try (Reading reading = new Reading(beginning, until)) {
      while (!reading.isDone()) {
        if (System.nanoTime() >= deadline) {
          throw new TimeoutException(
              "The log of %s was not read within %d ms".formatted(topic.topic(), limit.toMillis()));
        }
        reading.poll(action);
      }
    } catch (OffsetOutOfRangeException e) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    }
  }

  private final class Reading implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ShortPolls<byte[], byte[]> polls;
    private final ResourceVersion until;
    private final Map<TopicPartition, Long> left = new HashMap<>();

    Reading(ResourceVersion beginning, ResourceVersion until) {
      this.until = until;
      consumer = new KafkaConsumer<>(new ClientProperties(properties, topic.topic()).ofRange());
      polls = new ShortPolls<>(consumer);
      for (int partition = 0; partition < until.partitions(); partition++) {
        if (until.offset(partition) > beginning.offset(partition)) {
          left.put(new TopicPartition(topic.topic(), partition), beginning.offset(partition));
        }
      }
      consumer.assign(left.keySet());
      left.forEach(consumer::seek);
    }

    boolean isDone() {
      return left.isEmpty();
    }

    void poll(Consumer<LogRecord<K, V>> action) {
      ConsumerRecords<byte[], byte[]> records = polls.poll();
      if (polls.isSuspicious()) {
        topic.checkStillIs(until.topicId());
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() < until.offset(record.partition())) {
          LogRecord<K, V> decoded = decoder.decode(record);
          if (decoded != null) {
            action.accept(decoded);
          }
        }
      }
      List<TopicPartition> done = new ArrayList<>();
      records
          .nextOffsets()
          .forEach(
              (partition, next) -> {
                if (next.offset() >= until.offset(partition.partition())) {
                  done.add(partition);
                }
              });
      if (!done.isEmpty()) {
        left.keySet().removeAll(done);
        consumer.pause(done);
      }
    }

    @Override
    public void close() {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }
}
