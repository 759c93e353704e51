package dev.tidings.informer;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.expiry.ExpiryQueue;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows when the objects of one load expire, and from where on the order in which they do so is
 * known. The writer's own.
 */
final class Expirer<K, V> {
  private final Expiry<V> expiry;
  private final RecordSink.Load load;
  private final ExpiryQueue<K> queue = new ExpiryQueue<>();
  private final long startedMillis;
  // What expired before this may have left the log before it could be loaded.
  private long forgottenMillis;
  private final boolean[] seen;

  private Expirer(Expiry<V> expiry, RecordSink.Load load, long nowMillis) {
    this.expiry = expiry;
    this.load = load;
    startedMillis = nowMillis;
    seen = new boolean[Math.max(1, load.topicBeginning().partitions())];
    boolean truncated = load.topicBeginning().partitions() > 0;
    if (truncated && expiry instanceof Expiry.ByObjectTime) {
      forgottenMillis = nowMillis;
    }
  }

  /** One for a load; null if nothing expires. */
  static <K, V> @Nullable Expirer<K, V> of(
      Expiry<V> setting, RecordSink.Load load, long nowMillis) {
    Expiry<V> expiry = setting.of(load.retention());
    return expiry instanceof Expiry.Never ? null : new Expirer<>(expiry, load, nowMillis);
  }

  void put(K key, @Nullable V object, LogRecord<K, V> record) {
    long at = expiry.expiresMillis(record.timestampMillis(), object);
    if (expiry instanceof Expiry.ByRecordTime) {
      noteFirst(record, at);
    }
    queue.put(key, at);
  }

  /** Puts back what a checkpoint knew. */
  void restore(K key, long atMillis) {
    queue.put(key, atMillis);
  }

  // Records before the first that is left were not younger than that.
  private void noteFirst(LogRecord<K, V> record, long expiresMillis) {
    int partition = record.partition();
    if (partition < seen.length && !seen[partition] && !load.fromCheckpoint()) {
      seen[partition] = true;
      if (load.topicBeginning().offset(partition) > 0) {
        forgottenMillis = Math.max(forgottenMillis, Math.min(expiresMillis, startedMillis));
      }
    }
  }

  void remove(K key) {
    queue.remove(key);
  }

  /** When each object expires, as a copy. */
  Map<K, Long> expiresMillis() {
    return queue.toMap();
  }

  List<ExpiryQueue.Expired<K>> takeExpired(long nowMillis) {
    return queue.takeExpired(nowMillis);
  }

  /** What is expired is included up to here. */
  ResourceVersion at(ResourceVersion position) {
    return position.withExpiry(queue.place());
  }

  /** From this place on the order of expiry is known. */
  long knownFrom() {
    for (int partition = 0; partition < load.topicBeginning().partitions(); partition++) {
      if (load.topicBeginning().offset(partition) > 0 && !seen[partition]) {
        // Nothing is left that would say how old the rest was.
        forgottenMillis = startedMillis;
      }
    }
    long forgotten = ExpiryQueue.placeOf(forgottenMillis == 0 ? 0 : forgottenMillis + 1);
    if (!load.fromCheckpoint()) {
      return forgotten;
    }
    long included = load.from().expiry();
    return included == 0 ? ExpiryQueue.placeOf(startedMillis + 1) : included;
  }
}
