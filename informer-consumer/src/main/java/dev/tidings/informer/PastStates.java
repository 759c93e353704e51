package dev.tidings.informer;

import dev.tidings.informer.reflector.KafkaPast;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Earlier states of the topic, rebuilt from its log. Safe for any thread. */
final class PastStates<K, V> {
  private final KafkaPast<K, V> past;
  private final Supplier<IndexedStore<K, V>> stores;

  /**
   * @param stores makes empty ones
   */
  PastStates(KafkaPast<K, V> past, Supplier<IndexedStore<K, V>> stores) {
    this.past = past;
    this.stores = stores;
  }

  /** All objects as they were. */
  Snapshot<K, V> listAt(At at, Duration timeout) {
    IndexedStore<K, V> store = stores.get();
    ResourceVersion version =
        read(
            at,
            timeout,
            record -> {
              V object = record.value();
              if (object == null) {
                store.remove(record.key(), record.keyBytes());
              } else {
                store.put(record.key(), object, record.keyBytes(), record.valueBytes());
              }
            });
    store.finishLoad();
    return store.freeze(version);
  }

  /** One object as it was. */
  Optional<V> getAt(K key, At at, Duration timeout) {
    AtomicReference<@Nullable V> newest = new AtomicReference<>();
    read(
        at,
        timeout,
        record -> {
          if (key.equals(record.key())) {
            newest.set(record.value());
          }
        });
    return Optional.ofNullable(newest.get());
  }

  private ResourceVersion read(At at, Duration timeout, Consumer<LogRecord<K, V>> action) {
    long deadline = System.nanoTime() + timeout.toNanos();
    ResourceVersion version =
        at instanceof At.Version exactly
            ? exactly.resourceVersion()
            : past.at(((At.Time) at).time());
    past.read(version, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())), action);
    return version;
  }
}
