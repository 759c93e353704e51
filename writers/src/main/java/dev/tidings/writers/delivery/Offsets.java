package dev.tidings.writers.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Where records begin and where the next ones are, in the topics they were read from: transforms
 * can rename those that a record shows.
 *
 * @param first of each partition
 * @param next of each partition
 */
record Offsets(Map<TopicPartition, Long> first, Map<TopicPartition, Long> next) {

  static Offsets of(Collection<SinkRecord> records) {
    Map<TopicPartition, Long> first = new HashMap<>();
    Map<TopicPartition, Long> next = new HashMap<>();
    for (SinkRecord record : records) {
      TopicPartition partition =
          new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
      first.putIfAbsent(partition, record.originalKafkaOffset());
      next.put(partition, record.originalKafkaOffset() + 1);
    }
    return new Offsets(first, next);
  }
}
