package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.OriginHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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
 * Recorders are few: all are on the heap, and what is stored survives.
 *
 * <p>Without exactly-once, state can be in Kafka before the outputs are. A position stored with
 * them could then drop records whose outputs were lost in a crash. So it is stored one commit
 * later, when that commit is known to have come about: what is processed again after a crash is
 * counted again, as at-least-once says. Where commits cannot be told from other writes, it is then
 * not stored at all. One thread.
 */
final class OriginPositions {
  private static final float LOAD_FACTOR = 0.75f;
  private static final int USUAL_RECORDERS = 16;

  private static final class Highest {
    private final UUID recorder;
    private long position;
    private long arrivalMillis;
    private long flushedPosition;
    private long committedPosition;
    private boolean dirty;

    Highest(UUID recorder, long position, long arrivalMillis) {
      this.recorder = recorder;
      this.position = position;
      this.arrivalMillis = arrivalMillis;
      this.flushedPosition = position;
      this.committedPosition = position;
    }

    long arrivalMillis() {
      return arrivalMillis;
    }
  }

  private final LogTable store;
  private final long rememberMillis;
  private final boolean storeLater;
  private final boolean storeAtAll;

  /** The recorder that was idle longest comes first. */
  private final Map<UUID, Highest> highest =
      new LinkedHashMap<>(USUAL_RECORDERS, LOAD_FACTOR, true);

  private List<Highest> dirty = new ArrayList<>();
  private boolean isFlushed;

  /**
   * Reads all that is stored.
   *
   * @param remember how long an idle recorder is remembered after its last arrival
   * @param settings whether outputs and state commit together, and commits are known
   */
  OriginPositions(LogTable store, Duration remember, StoreSettings settings) {
    this.store = store;
    this.rememberMillis = remember.toMillis();
    this.storeLater = !settings.exactlyOnce();
    this.storeAtAll = settings.exactlyOnce() || settings.mergedBeforeCommit();
    List<Highest> stored = new ArrayList<>();
    store.forEach(
        (key, in) ->
            stored.add(new Highest(new UUID(key.high(), key.low()), in.getLong(), in.getLong())));
    stored.sort(Comparator.comparingLong(Highest::arrivalMillis));
    stored.forEach(one -> highest.put(one.recorder, one));
  }

  /** Notes a record; false if it, or one behind it, was here before. */
  boolean advance(OriginHeader origin, long arrivalMillis) {
    Highest before = highest.get(origin.recorderId());
    if (before == null) {
      Highest first = new Highest(origin.recorderId(), origin.position(), arrivalMillis);
      first.flushedPosition = Long.MIN_VALUE;
      first.committedPosition = Long.MIN_VALUE;
      highest.put(origin.recorderId(), first);
      touch(first);
      return true;
    }
    boolean isNew = origin.position() > before.position || isForgotten(before, arrivalMillis);
    if (isNew) {
      before.position = origin.position();
    }
    before.arrivalMillis = Math.max(before.arrivalMillis, arrivalMillis);
    touch(before);
    return isNew;
  }

  private void touch(Highest one) {
    if (!one.dirty) {
      one.dirty = true;
      dirty.add(one);
    }
  }

  /** Writes what changed: to be called before every commit. */
  void flush() {
    List<Highest> changed = dirty;
    dirty = new ArrayList<>();
    for (Highest one : changed) {
      one.dirty = false;
      if (storeAtAll && highest.get(one.recorder) == one) {
        store(one, storeLater ? one.committedPosition : one.position);
        if (storeLater && one.committedPosition != one.position) {
          touch(one);
        }
        one.flushedPosition = one.position;
      }
    }
    isFlushed = true;
  }

  /**
   * To be called when another record comes: what was flushed before is committed then, or it would
   * not come here. A flush alone proves nothing, since a task that failed is flushed once more.
   */
  void carryOn() {
    if (isFlushed) {
      isFlushed = false;
      for (Highest one : dirty) {
        one.committedPosition = one.flushedPosition;
      }
    }
  }

  private void store(Highest one, long position) {
    store.put(
        key(one.recorder),
        ByteBuffer.allocate(2 * Long.BYTES).putLong(position).putLong(one.arrivalMillis).array());
  }

  /** Forgets the recorders that were idle for too long. */
  void forgetIdle(long appendTimeMillis) {
    Iterator<Highest> oldest = highest.values().iterator();
    while (oldest.hasNext()) {
      Highest next = oldest.next();
      if (!isForgotten(next, appendTimeMillis)) {
        return;
      }
      oldest.remove();
      store.delete(key(next.recorder));
    }
  }

  private static SeriesKey key(UUID recorder) {
    return new SeriesKey(recorder.getMostSignificantBits(), recorder.getLeastSignificantBits());
  }

  private boolean isForgotten(Highest one, long appendTimeMillis) {
    return appendTimeMillis - one.arrivalMillis >= rememberMillis;
  }
}
