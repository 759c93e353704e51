package dev.tidings.dedup.topology;

import dev.tidings.wire.OriginHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Rule 6: the highest journal position seen of each recorder, so that what is sent again is not
 * counted again. A recorder that was idle for long is forgotten, by append time.
 *
 * <pre>
 *  recorder id  →  0          8            16
 *                  +----------+------------+
 *                  | position | arrival ms |   big-endian
 *                  +----------+------------+
 * </pre>
 *
 * Recorders are few: all are on the heap, and the store is what survives. One thread.
 */
final class OriginPositions {
  private static final float LOAD_FACTOR = 0.75f;
  private static final int USUAL_RECORDERS = 16;

  private record Highest(long position, long arrivalMillis) {
    byte[] toBytes() {
      return ByteBuffer.allocate(2 * Long.BYTES).putLong(position).putLong(arrivalMillis).array();
    }

    static Highest fromBytes(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Highest(in.getLong(), in.getLong());
    }
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final long rememberMillis;

  /** The recorder that was idle longest comes first. */
  private final Map<UUID, Highest> highest =
      new LinkedHashMap<>(USUAL_RECORDERS, LOAD_FACTOR, true);

  /**
   * Reads all of the store.
   *
   * @param remember how long an idle recorder is remembered after its last arrival
   */
  OriginPositions(KeyValueStore<Bytes, byte[]> store, Duration remember) {
    this.store = store;
    this.rememberMillis = remember.toMillis();
    Map<UUID, Highest> stored = new LinkedHashMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        stored.put(StoreKeys.uuid(next.key), Highest.fromBytes(next.value));
      }
    }
    stored.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(java.util.Comparator.comparing(Highest::arrivalMillis)))
        .forEach(recorder -> highest.put(recorder.getKey(), recorder.getValue()));
  }

  /** Notes a record; false if it, or one behind it, was here before. */
  boolean advance(OriginHeader origin, long arrivalMillis) {
    Highest before = highest.get(origin.recorderId());
    if (before == null || isForgotten(before, arrivalMillis)) {
      put(origin.recorderId(), new Highest(origin.position(), arrivalMillis));
      return true;
    }
    boolean isNew = origin.position() > before.position();
    put(
        origin.recorderId(),
        new Highest(
            Math.max(before.position(), origin.position()),
            Math.max(before.arrivalMillis(), arrivalMillis)));
    return isNew;
  }

  /** Forgets the recorders that were idle for too long. */
  void forgetIdle(long appendTimeMillis) {
    Iterator<Map.Entry<UUID, Highest>> oldest = highest.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<UUID, Highest> next = oldest.next();
      if (!isForgotten(next.getValue(), appendTimeMillis)) {
        return;
      }
      oldest.remove();
      store.delete(StoreKeys.of(next.getKey()));
    }
  }

  private boolean isForgotten(Highest one, long appendTimeMillis) {
    return appendTimeMillis - one.arrivalMillis() >= rememberMillis;
  }

  private void put(UUID recorder, Highest now) {
    highest.put(recorder, now);
    store.put(StoreKeys.of(recorder), now.toBytes());
  }
}
