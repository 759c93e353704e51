package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.Set;
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
 *              stores   └──▶ rejected   as it came
 * </pre>
 *
 * Events and batches keep the input's partition number. A partition that consumed records but
 * changed nothing emits a batch without entries, so that its {@code through} moves.
 */
public final class DedupTopology {
  static final String EVENTS = "events";
  static final String BATCHES = "batches";
  static final String REJECTED = "rejected";
  private static final String RECORDED = "recorded";
  private static final String DEDUP = "dedup";

  private DedupTopology() {}

  /** Builds it. */
  public static Topology build(
      Topics topics,
      DedupRules rules,
      Duration rememberIdleOrigins,
      BatchSettings batches,
      EventValues values) {
    Topology topology = new Topology();
    topology.addSource(
        RECORDED, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.recorded());
    topology.addProcessor(DEDUP, supplier(rules, rememberIdleOrigins, batches, values), RECORDED);
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
      DedupRules rules, Duration rememberIdleOrigins, BatchSettings batches, EventValues values) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], OutputKey, byte[]> get() {
        return new DedupProcessor(rules, rememberIdleOrigins, batches, values);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return DedupState.stores();
      }
    };
  }
}
