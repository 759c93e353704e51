package dev.tidings.dedup.topology;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What one partition remembers in Kafka: one store, {@code segment number → }{@link WindowLog},
 * since each change log is one more partition in every transaction; and what runs before commits.
 */
final class DedupStores {
  /** The name of the store. */
  static final String STATE = "state";

  private static final String BEFORE_COMMIT = "before-commit";

  private DedupStores() {}

  static KeyValueStore<Bytes, byte[]> state(ProcessorContext<?, ?> context) {
    return context.getStateStore(STATE);
  }

  /** Has an action run before every commit, if the settings say so. */
  static void runBeforeCommit(
      ProcessorContext<?, ?> context, StoreSettings settings, Runnable action) {
    if (settings.mergedBeforeCommit()) {
      context.<BeforeCommit>getStateStore(BEFORE_COMMIT).run(action);
    }
  }

  /** What the topology is built with. */
  static Set<StoreBuilder<?>> builders(StoreSettings settings) {
    StoreBuilder<KeyValueStore<Bytes, byte[]>> state =
        Stores.keyValueStoreBuilder(supplier(settings), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of());
    Set<StoreBuilder<?>> builders = new HashSet<>();
    if (settings.mergedBeforeCommit()) {
      builders.add(state.withCachingDisabled());
      builders.add(BeforeCommit.builder(BEFORE_COMMIT));
    } else {
      builders.add(state.withCachingEnabled());
    }
    return builders;
  }

  private static KeyValueBytesStoreSupplier supplier(StoreSettings settings) {
    if (settings.kind() == StoreSettings.Kind.ROCKSDB) {
      return Stores.persistentKeyValueStore(STATE);
    }
    // Kafka Streams' cache merges its entries with those of a sorted store.
    return settings.mergedBeforeCommit()
        ? SegmentStore.supplier(STATE, settings.keptOnDisk())
        : Stores.inMemoryKeyValueStore(STATE);
  }
}
