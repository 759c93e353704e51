package dev.tidings.writers.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * How far each partition was written, and how far the receiver is known to have it:
 *
 * <pre>
 *   … confirmed ………………… written …
 *     all before      all before was given to
 *     is there        the receiver's connection
 * </pre>
 *
 * One thread.
 */
final class Progress {
  private final Map<TopicPartition, Long> confirmed = new HashMap<>();
  private final Map<TopicPartition, Long> written = new HashMap<>();

  /** To be called before records are written: the first of a partition is where it begins. */
  void begin(Collection<SinkRecord> records) {
    for (SinkRecord record : records) {
      confirmed.putIfAbsent(partition(record), record.originalKafkaOffset());
    }
  }

  void written(Collection<SinkRecord> records) {
    for (SinkRecord record : records) {
      written.put(partition(record), record.originalKafkaOffset() + 1);
    }
  }

  boolean isAllConfirmed() {
    return written.isEmpty();
  }

  void confirm() {
    confirmed.putAll(written);
    written.clear();
  }

  /** Forgets what was written and not confirmed; where to resume is {@link #confirmed}. */
  void lost() {
    written.clear();
  }

  /** From where each partition is to be read again. */
  Map<TopicPartition, Long> confirmed() {
    return Map.copyOf(confirmed);
  }

  Map<TopicPartition, OffsetAndMetadata> toCommit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    confirmed.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    return offsets;
  }

  void forget(Collection<TopicPartition> partitions) {
    confirmed.keySet().removeAll(partitions);
    written.keySet().removeAll(partitions);
  }

  // Transforms can rename the topic; offsets are those of the topic that was read.
  private static TopicPartition partition(SinkRecord record) {
    return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
  }
}
