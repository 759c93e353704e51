package dev.tidings.dedup.topology;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A key on its way out, with the partition it must go to: a partitioner is told nothing else of
 * where a record came from.
 *
 * @param partition of the output topic: the same as the input's
 * @param bytes what Kafka stores
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; lives from processor to sink.
record OutputKey(int partition, byte @Nullable [] bytes) {

  static OutputKey text(int partition, String text) {
    return new OutputKey(partition, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the key alone. */
  static final class KeySerializer implements Serializer<OutputKey> {
    @Override
    public byte @Nullable [] serialize(String topic, OutputKey key) {
      return key.bytes();
    }
  }

  /** Keeps the input's partition. */
  static final class SamePartition implements StreamPartitioner<OutputKey, byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(
        String topic, OutputKey key, byte[] value, int numPartitions) {
      return Optional.of(Set.of(key.partition()));
    }
  }
}
