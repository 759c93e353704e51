package dev.tidings.cli.rejected;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.RejectedHeaders;
import dev.tidings.wire.SeriesHeader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends what was rejected to the recorded topic again, exactly once: how far it has come is an
 * offset of a consumer group, kept in the same transaction. For one thread.
 */
final class Retry implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * Not sent again: why it was rejected; the series, which is found anew; and the origin, by which
   * it would be taken for a retransmission of what came after it.
   */
  private static final Set<String> LEFT_OUT =
      Set.of(
          RejectedHeaders.REASON,
          RejectedHeaders.TOPIC,
          RejectedHeaders.PARTITION,
          RejectedHeaders.OFFSET,
          RejectedHeaders.TIME,
          SeriesHeader.NAME,
          OriginHeader.NAME);

  private final String target;
  private final Duration limit;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<TopicPartition> partitions;

  Retry(Connection connection, Duration limit) {
    this.target = connection.topics().recorded();
    this.limit = limit;
    String group = connection.topics().rejectedRetryGroup();
    consumer = consumer(connection);
    try {
      partitions = partitions(consumer, connection.topics().rejected());
      Map<String, Object> settings = new HashMap<>(connection.settings());
      settings.keySet().removeIf(name -> !ProducerConfig.configNames().contains(name));
      // Only one of them can run: another one ends this one.
      settings.put("transactional.id", group);
      settings.put("transaction.timeout.ms", 30_000);
      settings.put("max.block.ms", limit.toMillis());
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Connection connection) {
    Map<String, Object> settings = new HashMap<>(connection.settings());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, connection.topics().rejectedRetryGroup());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** Below which offset everything was sent again, by partition. */
  static Map<Integer, Long> done(Connection connection) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      Set<TopicPartition> all = new HashSet<>(partitions(consumer, connection.topics().rejected()));
      Map<Integer, Long> done = new HashMap<>();
      consumer
          .committed(all)
          .forEach(
              (partition, committed) -> {
                if (committed != null) {
                  done.put(partition.partition(), committed.offset());
                }
              });
      return done;
    }
  }

  /**
   * Sends all that is rejected by now.
   *
   * @return how many
   * @throws CommandException if that takes too long; what was sent stays sent
   */
  long run() {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    producer.initTransactions();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    consumer.assign(partitions);
    long sent = 0;
    while (partitions.stream()
        .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      if (System.nanoTime() - deadlineNanos >= 0) {
        throw new CommandException(
            ExitCode.TIMEOUT,
            "Sent again %,d, and not all, in %d s: call it again, or allow more by --timeout"
                .formatted(sent, limit.toSeconds()));
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      sent += send(records, ends);
    }
    return sent;
  }

  private long send(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    long sent = 0;
    producer.beginTransaction();
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        // What is rejected while this runs is for the next time: it could go on for ever.
        if (record.offset() < ends.getOrDefault(partition, 0L)) {
          producer.send(
              new ProducerRecord<>(
                  target, null, record.key(), record.value(), kept(record.headers())));
          done.put(partition, new OffsetAndMetadata(record.offset() + 1));
          sent++;
        }
      }
      if (!done.isEmpty()) {
        producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
      }
      producer.commitTransaction();
    } catch (KafkaException e) {
      producer.close(CLOSE_LIMIT);
      throw e;
    }
    return sent;
  }

  private static Headers kept(Headers headers) {
    Headers kept = new RecordHeaders();
    headers.forEach(
        header -> {
          if (!LEFT_OUT.contains(header.key())) {
            kept.add(header);
          }
        });
    return kept;
  }

  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
    consumer.close();
  }
}
