package dev.tidings.dedup.topology;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
  private static final int ID_LENGTH = 36;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  static OutputKey text(int partition, String text) {
    return new OutputKey(partition, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The id of an event, as {@link UUID#toString} has it. */
  static OutputKey id(int partition, UUID id) {
    byte[] text = new byte[ID_LENGTH];
    hex(id.getMostSignificantBits() >>> 32, 8, text, 0);
    hex(id.getMostSignificantBits() >>> 16, 4, text, 9);
    hex(id.getMostSignificantBits(), 4, text, 14);
    hex(id.getLeastSignificantBits() >>> 48, 4, text, 19);
    hex(id.getLeastSignificantBits(), 12, text, 24);
    text[8] = text[13] = text[18] = text[23] = '-';
    return new OutputKey(partition, text);
  }

  private static void hex(long bits, int digits, byte[] out, int at) {
    long rest = bits;
    for (int i = at + digits - 1; i >= at; i--) {
      out[i] = HEX[(int) rest & 0xf];
      rest >>>= 4;
    }
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
