package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How much each source may still emit.
 *
 * <pre>
 *  source hash  →  when its bucket is full again, ms   8 bytes, big-endian
 * </pre>
 *
 * A full bucket is as good as none, and is forgotten. One thread.
 */
final class SourceLimits {
  private final RateLimit limit;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Map<SeriesKey, Long> fullAtMillis = new HashMap<>();
  private final Set<SeriesKey> dirty = new HashSet<>();
  private long nextSweepMillis;

  SourceLimits(RateLimit limit, KeyValueStore<Bytes, byte[]> store) {
    this.limit = limit;
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        fullAtMillis.put(
            SeriesKey.fromBytes(next.key.get()), ByteBuffer.wrap(next.value).getLong());
      }
    }
  }

  /** Whether a source may emit one more event now; if so, it has. */
  boolean allows(SeriesKey key, long appendTimeMillis) {
    long after = limit.take(fullAtMillis.getOrDefault(key, 0L), appendTimeMillis);
    if (after == RateLimit.WITHHELD) {
      return false;
    }
    fullAtMillis.put(key, after);
    dirty.add(key);
    return true;
  }

  void flush() {
    for (SeriesKey key : dirty) {
      Long fullAt = fullAtMillis.get(key);
      if (fullAt != null) {
        store.put(StoreKeys.of(key), ByteBuffer.allocate(Long.BYTES).putLong(fullAt).array());
      }
    }
    dirty.clear();
  }

  /** Looks through all of them, but seldom. */
  void forgetFull(long appendTimeMillis) {
    if (appendTimeMillis < nextSweepMillis || !limit.isOn()) {
      return;
    }
    nextSweepMillis = appendTimeMillis + limit.burst() * limit.refill().toMillis();
    Iterator<Map.Entry<SeriesKey, Long>> each = fullAtMillis.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<SeriesKey, Long> next = each.next();
      if (next.getValue() <= appendTimeMillis) {
        each.remove();
        store.delete(StoreKeys.of(next.getKey()));
      }
    }
  }
}
