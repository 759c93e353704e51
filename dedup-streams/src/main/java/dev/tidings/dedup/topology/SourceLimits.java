package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

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
  private final LogTable store;
  private final Map<SeriesKey, Long> fullAtMillis = new HashMap<>();
  private final Set<SeriesKey> dirty = new HashSet<>();
  private long nextSweepMillis;

  SourceLimits(RateLimit limit, LogTable store) {
    this.limit = limit;
    this.store = store;
    store.forEach((key, in) -> fullAtMillis.put(key, in.getLong()));
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
        store.put(key, ByteBuffer.allocate(Long.BYTES).putLong(fullAt).array());
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
        store.delete(next.getKey());
      }
    }
  }
}
