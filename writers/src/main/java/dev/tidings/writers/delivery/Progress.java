package dev.tidings.writers.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

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

  /** To be called when records come: the first of a partition is where it begins. */
  void begin(Offsets offsets) {
    offsets.first().forEach(confirmed::putIfAbsent);
  }

  void written(Offsets offsets) {
    written.putAll(offsets.next());
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
}
