package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Up to where each partition was polled. The polling thread's own. */
final class Positions {
  private final String topic;
  private @Nullable Uuid topicId;
  private long[] next = new long[0];

  Positions(String topic) {
    this.topic = topic;
  }

  boolean isOf(Uuid id) {
    return id.equals(topicId);
  }

  /** Everything is to be read from here. */
  void startAt(ResourceVersion from, TopicClient.Identity identity) {
    topicId = identity.id();
    next = Arrays.copyOf(from.offsets(), identity.partitions());
  }

  /** There are so many partitions now; new ones are read from their first record. */
  void growTo(int partitions) {
    next = Arrays.copyOf(next, Math.max(next.length, partitions));
  }

  // Not 'last record + 1': transaction markers and compacted records leave gaps.
  void advance(Map<TopicPartition, OffsetAndMetadata> nextOffsets) {
    nextOffsets.forEach((partition, offset) -> next[partition.partition()] = offset.offset());
  }

  ResourceVersion reached() {
    Uuid id = topicId;
    if (id == null) {
      throw new IllegalStateException("There is no position before the topic is known");
    }
    return ResourceVersion.of(id, next);
  }

  /** Has a consumer read all partitions. */
  void assignTo(KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    Set<Integer> all = new TreeSet<>();
    for (int partition = 0; partition < next.length; partition++) {
      all.add(partition);
    }
    consumer.assign(all.stream().map(one -> new TopicPartition(topic, one)).toList());
    seek(consumer, all);
  }

  void seek(KafkaConsumer<ByteBuffer, ByteBuffer> consumer, Collection<Integer> partitions) {
    partitions.forEach(one -> consumer.seek(new TopicPartition(topic, one), next[one]));
  }
}
