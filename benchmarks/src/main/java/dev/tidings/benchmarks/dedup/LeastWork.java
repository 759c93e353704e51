package dev.tidings.benchmarks.dedup;

import dev.tidings.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.collections.LongHashSet;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Writes about what ours writes, and does next to nothing for it: each first occurrence once by
 * itself, once in a batch of five hundred and once in a segment of a change log, with one look into
 * one table to know it. No rules, no counts, no headers read, no ids, no expiry, nothing pending
 * over a crash: what remains is the least that three copies of each event cost.
 */
final class LeastWork implements Processor<byte[], byte[], byte[], byte[]> {
  private static final String STORE = "segments";
  private static final int ID_AT = WireFormat.HEADER_LENGTH + 1;
  private static final int ID_LENGTH = 36;
  private static final int BATCH_BYTES = 500 * 310;
  private static final int SEGMENT_BYTES = 16 * 1024;

  /** What ours stores beside an event's bytes. */
  private static final byte[] STATE = new byte[110];

  private final LongHashSet seen = new LongHashSet();
  private final ByteBuffer batch = ByteBuffer.allocate(2 * BATCH_BYTES);
  private final ByteBuffer segment = ByteBuffer.allocate(2 * SEGMENT_BYTES);
  private long segments;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable KeyValueStore<Long, byte[]> store;

  /** With its input and its two outputs. */
  static Topology topology(String in, String events, String batches) {
    StreamPartitioner<byte[], byte[]> byKey =
        (topic, key, value, partitions) -> Optional.of(Set.of((int) key[0]));
    return new Topology()
        .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), in)
        .addProcessor("least", LeastWork::new, "in")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(STORE), Serdes.Long(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of()),
            "least")
        .addSink(
            "events", events, new ByteArraySerializer(), new ByteArraySerializer(), byKey, "least")
        .addSink(
            "batches",
            batches,
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            byKey,
            "least");
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    store = newContext.getStateStore(STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (context == null || store == null) {
      throw new IllegalStateException("Kafka Streams calls init first");
    }
    if (!seen.add(ByteBuffer.wrap(record.key()).getLong())) {
      return;
    }
    byte[] value = record.value();
    byte[] key = new byte[1 + ID_LENGTH];
    key[0] = (byte) context.taskId().partition();
    System.arraycopy(value, ID_AT, key, 1, ID_LENGTH);
    context.forward(new Record<>(key, value, record.timestamp()), "events");
    batch.put(value);
    if (batch.position() >= BATCH_BYTES) {
      context.forward(new Record<>(key, taken(batch), record.timestamp()), "batches");
    }
    segment.put(STATE).put(value);
    if (segment.position() >= SEGMENT_BYTES) {
      store.put(segments++, taken(segment));
    }
  }

  private static byte[] taken(ByteBuffer full) {
    byte[] bytes = new byte[full.position()];
    full.flip().get(bytes).clear();
    return bytes;
  }
}
