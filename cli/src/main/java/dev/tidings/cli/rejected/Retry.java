package dev.tidings.cli.rejected;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.replay.Contents;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.match.Glob;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.RejectedHeaders;
import dev.tidings.wire.SeriesHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was rejected to the recorded topic again, exactly once: how far it has come is an
 * offset of a consumer group, kept in the same transaction. What a retry cannot mend is held back,
 * for a later one: what still holds no event that can be read, and what came back from an earlier
 * retry, unless it was chosen. For one thread.
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
          RejectedHeaders.RETRIES,
          SeriesHeader.NAME,
          OriginHeader.NAME);

  private final String target;
  private final ContentsReader reader;
  private final @Nullable Glob chosen;
  private final Duration limit;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, RetryProgress> progress = new HashMap<>();
  private long sent;
  private long cameBack;
  private long unreadable;
  private @Nullable String firstProblem;

  /**
   * What came of it.
   *
   * @param cameBack how many were held back because an earlier retry did not help
   * @param unreadable how many were held back because they cannot be read
   * @param problem why the first of these cannot; null if there is none
   */
  record Outcome(long sent, long cameBack, long unreadable, @Nullable String problem) {}

  /**
   * @param chosen for which reasons; null for all
   */
  Retry(Connection connection, ContentsReader reader, @Nullable Glob chosen, Duration limit) {
    this.target = connection.topics().recorded();
    this.reader = reader;
    this.chosen = chosen;
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

  /** How far retries have come, by partition. */
  static Map<Integer, RetryProgress> progress(Connection connection) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      Map<Integer, RetryProgress> progress = new HashMap<>();
      progress(consumer, partitions(consumer, connection.topics().rejected()))
          .forEach((partition, one) -> progress.put(partition.partition(), one));
      return progress;
    }
  }

  private static Map<TopicPartition, RetryProgress> progress(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, RetryProgress> progress = new HashMap<>();
    consumer
        .committed(new HashSet<>(partitions))
        .forEach((partition, committed) -> progress.put(partition, RetryProgress.of(committed)));
    return progress;
  }

  /**
   * Sends what is rejected by now.
   *
   * @throws CommandException if that takes too long; what was sent stays sent
   * @throws dev.tidings.registry.RegistryException if the registry cannot be asked; likewise
   */
  Outcome run() {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    // Ends another one that still runs, so that what it has committed is all of it.
    producer.initTransactions();
    progress.putAll(progress(consumer, partitions));
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    consumer.assign(partitions);
    progress.forEach((partition, one) -> consumer.seek(partition, one.start()));
    while (partitions.stream()
        .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      if (System.nanoTime() - deadlineNanos >= 0) {
        throw new CommandException(
            ExitCode.TIMEOUT,
            "Sent again %,d, and not all, in %d s: call it again, or allow more by --timeout"
                .formatted(sent, limit.toSeconds()));
      }
      send(toBeSent(consumer.poll(POLL), ends));
    }
    return new Outcome(sent, cameBack, unreadable, firstProblem);
  }

  private List<ConsumerRecord<byte[], byte[]>> toBeSent(
      ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> ends) {
    List<ConsumerRecord<byte[], byte[]>> chosenOnes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      RetryProgress passed = Objects.requireNonNull(progress.get(partition), "one for each");
      // What is rejected while this runs is for the next time: it could go on for ever.
      if (record.offset() >= ends.getOrDefault(partition, 0L)) {
        continue;
      }
      if (passed.isSent(record.offset())) {
        passed.sent(record.offset());
      } else if (isHeldBack(record, passed.isFull())) {
        passed.heldBack(record.offset());
      } else {
        passed.sent(record.offset());
        chosenOnes.add(record);
      }
    }
    return chosenOnes;
  }

  /**
   * @param full whether no more can be held back
   */
  private boolean isHeldBack(ConsumerRecord<byte[], byte[]> record, boolean full) {
    String reason = ContentsReader.text(record.headers(), RejectedHeaders.REASON);
    if (chosen != null && (reason == null || !chosen.matches(reason))) {
      if (full) {
        throw new CommandException(
            ExitCode.USAGE,
            "Sent again %,d; what --reason leaves out is too scattered to be remembered: leave it"
                    .formatted(sent)
                + " out, or choose more");
      }
      return true;
    }
    // Then it goes round once more, as what cannot be forgotten: it comes back at the end.
    if (full) {
      return false;
    }
    String problem = problem(record.value());
    if (problem != null) {
      unreadable++;
      firstProblem = firstProblem == null ? problem : firstProblem;
      return true;
    }
    if (chosen == null && retries(record.headers()) > 0) {
      cameBack++;
      return true;
    }
    return false;
  }

  /** Why no event can be read, as the de-duplication would see it; null if it can. */
  private @Nullable String problem(byte @Nullable [] value) {
    Contents contents = reader.read(new RecordHeaders(), value);
    if (contents instanceof Contents.OfEvent) {
      return null;
    }
    return contents instanceof Contents.Opaque opaque ? opaque.problem() : "it holds no event";
  }

  /** How often a record was sent again before it was rejected. */
  static int retries(Headers headers) {
    String text = ContentsReader.text(headers, RejectedHeaders.RETRIES);
    return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  private void send(List<ConsumerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        producer.send(
            new ProducerRecord<>(
                target, null, record.key(), record.value(), kept(record.headers())));
      }
      Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
      progress.forEach((partition, one) -> done.put(partition, one.toCommit()));
      producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
      producer.commitTransaction();
      sent += records.size();
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new CommandException(
          ExitCode.INCOMPLETE,
          "Another retry has begun, and goes on with what this one had not sent: this one sent"
              + " again %,d".formatted(sent));
    } catch (KafkaException e) {
      producer.close(CLOSE_LIMIT);
      throw e;
    }
  }

  private static Headers kept(Headers headers) {
    Headers kept = new RecordHeaders();
    headers.forEach(
        header -> {
          if (!LEFT_OUT.contains(header.key())) {
            kept.add(header);
          }
        });
    kept.add(
        RejectedHeaders.RETRIES,
        Integer.toString(retries(headers) + 1).getBytes(StandardCharsets.UTF_8));
    return kept;
  }

  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
    consumer.close();
  }
}
