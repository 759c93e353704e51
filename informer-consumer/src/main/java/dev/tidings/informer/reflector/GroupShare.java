package dev.tidings.informer.reflector;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that a group gives one of its members. The polling thread's own: the consumer
 * calls it within poll and close.
 */
final class GroupShare implements ConsumerRebalanceListener {
  private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
  private final Set<Integer> assigned = new TreeSet<>();
  // False from the beginning of a rebalance to its end: what was taken may be given back.
  private boolean settled;

  GroupShare(KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    this.consumer = consumer;
  }

  /** Whether the group has decided, and on other partitions than these. */
  boolean hasBecomeOtherThan(Set<Integer> partitions) {
    return settled && !assigned.equals(partitions);
  }

  boolean is(Set<Integer> partitions) {
    return assigned.equals(partitions);
  }

  Set<Integer> partitions() {
    return Set.copyOf(assigned);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // Somewhere to begin; where exactly is decided when the load begins.
    consumer.seekToBeginning(partitions);
    partitions.forEach(partition -> assigned.add(partition.partition()));
    settled = true;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> assigned.remove(partition.partition()));
    settled = false;
  }
}
