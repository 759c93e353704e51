package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.wire.Topics;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The topology:
 *
 * <pre>
 *  recorded ──▶ dedup ──┬──▶ events     key: event id
 *                │      ├──▶ batches    key: partition
 *              stores   └──▶ rejected   key: event id
 * </pre>
 *
 * Events and batches keep the input's partition number. A partition that consumed records but
 * changed nothing emits a batch without entries, so that its {@code through} moves. What cannot be
 * read, or is too large to be sent on, goes to the rejected topic by way of Kafka Streams' handler
 * ({@link RejectedRecords}), within the same transaction; what was sent and then refused by Kafka
 * ({@link RefusedEvents}) when it comes again.
 */
public final class DedupTopology {
  static final String EVENTS = "events";
  static final String BATCHES = "batches";
  static final String REJECTED = "rejected";
  private static final String RECORDED = "recorded";
  private static final String DEDUP = "dedup";

  private DedupTopology() {}

  /**
   * Builds it.
   *
   * @param maintenance says at any time which types are suppressed
   * @param refused says what Kafka did not take: also a setting of {@link OutputErrors}
   * @param readers read the state of partitions that begin
   */
  public static Topology build(
      Topics topics,
      DedupSettings settings,
      EventValues values,
      Maintenance maintenance,
      RefusedEvents refused,
      DedupMeters meters,
      Executor readers) {
    return build(
        topics,
        settings.stores(),
        () -> new DedupProcessor(settings, values, maintenance, refused, meters, readers));
  }

  static Topology build(
      Topics topics,
      StoreSettings stores,
      Supplier<Processor<byte[], byte[], OutputKey, byte[]>> processors) {
    Topology topology = new Topology();
    topology.addSource(
        RECORDED, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.recorded());
    topology.addProcessor(DEDUP, supplier(stores, processors), RECORDED);
    addSink(topology, EVENTS, topics.events());
    addSink(topology, BATCHES, topics.batches());
    addSink(topology, REJECTED, topics.rejected());
    return topology;
  }

  private static void addSink(Topology topology, String name, String topic) {
    topology.addSink(
        name,
        topic,
        new OutputKey.KeySerializer(),
        new ByteArraySerializer(),
        new OutputKey.SamePartition(),
        DEDUP);
  }

  private static ProcessorSupplier<byte[], byte[], OutputKey, byte[]> supplier(
      StoreSettings stores, Supplier<Processor<byte[], byte[], OutputKey, byte[]>> processors) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], OutputKey, byte[]> get() {
        return processors.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return DedupStores.builders(stores);
      }
    };
  }
}
