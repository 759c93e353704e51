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
 * What one partition remembers in Kafka.
 *
 * <pre>
 *  windows     segment number  → {@link WindowLog}: events and their counts
 *  progress    (one)           → {@link BatchProgress}
 *  origins     recorder id     → {@link OriginPositions}
 *  sources     source hash     → {@link SourceLimits}
 * </pre>
 */
record DedupStores(
    KeyValueStore<Bytes, byte[]> windows,
    KeyValueStore<Bytes, byte[]> progress,
    KeyValueStore<Bytes, byte[]> origins,
    KeyValueStore<Bytes, byte[]> sources) {

  private static final String WINDOWS = "windows";
  private static final String PROGRESS = "progress";
  private static final String ORIGINS = "origins";
  private static final String SOURCES = "sources";
  private static final String BEFORE_COMMIT = "before-commit";

  static DedupStores of(ProcessorContext<?, ?> context) {
    return new DedupStores(
        context.getStateStore(WINDOWS),
        context.getStateStore(PROGRESS),
        context.getStateStore(ORIGINS),
        context.getStateStore(SOURCES));
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
    Set<StoreBuilder<?>> builders = new HashSet<>();
    for (String name : new String[] {WINDOWS, PROGRESS, ORIGINS, SOURCES}) {
      builders.add(builder(name, settings));
    }
    if (settings.mergedBeforeCommit()) {
      builders.add(BeforeCommit.builder(BEFORE_COMMIT));
    }
    return builders;
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(
      String name, StoreSettings settings) {
    StoreBuilder<KeyValueStore<Bytes, byte[]>> builder =
        Stores.keyValueStoreBuilder(supplier(name, settings), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of());
    return settings.mergedBeforeCommit()
        ? builder.withCachingDisabled()
        : builder.withCachingEnabled();
  }

  private static KeyValueBytesStoreSupplier supplier(String name, StoreSettings settings) {
    if (settings.kind() == StoreSettings.Kind.ROCKSDB) {
      return Stores.persistentKeyValueStore(name);
    }
    // Kafka Streams' cache merges its entries with those of a sorted store.
    return settings.mergedBeforeCommit() && name.equals(WINDOWS)
        ? ChunkStore.supplier(name)
        : Stores.inMemoryKeyValueStore(name);
  }
}
