package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The windows of all series, the events that lost theirs, and a few small values beside them, in a
 * {@link SegmentLog}. Of a series, an event, a recorder … the newest entry holds:
 *
 * <pre>
 *  kind        body
 *  head        series key, {@link TrackedEvent} with the event's value
 *  counts      series key, {@link TrackedEvent} without, of the head before it
 *  forgotten   series key
 *  detached    event id, {@link TrackedEvent} with the event's value
 *  progress    zeros, {@link BatchProgress}
 *  origin      recorder id, as {@link OriginPositions} has it
 *  source      source hash, as {@link SourceLimits} has it
 * </pre>
 *
 * What nobody asks for any more is at first left where it is. When there is too much of it, what
 * still counts in the oldest segments is written anew, and they are dropped: so an entry that says
 * <em>forgotten</em> never outlives what it is about. One thread.
 */
final class WindowLog {
  private static final byte HEAD = 1;
  private static final byte COUNTS = 2;
  private static final byte FORGOTTEN = 3;
  private static final byte DETACHED = 4;
  private static final byte PROGRESS = 5;
  private static final byte ORIGIN = 6;
  private static final byte SOURCE = 7;

  private static final int COUNTS_LENGTH =
      SegmentLog.ENTRY_HEADER + SeriesKey.LENGTH + TrackedEvent.COUNTS_LENGTH;

  /** So much may be wasted however little there is. */
  private static final long WASTE_BYTES = 1 << 20;

  private final SegmentLog log;
  private final LogTable progress;
  private final LogTable origins;
  private final LogTable sources;
  private final SeriesIndex index = new SeriesIndex();

  /** Where the events without window are that a batch has yet to say. */
  private final Map<UUID, Long> detached = new HashMap<>();

  private long usedBytes;
  private long highestBatch = Long.MIN_VALUE;

  /** Finds out what the store has. */
  WindowLog(KeyValueStore<Bytes, byte[]> store) {
    log = new SegmentLog(store);
    progress = new LogTable(log, PROGRESS);
    origins = new LogTable(log, ORIGIN);
    sources = new LogTable(log, SOURCE);
    log.read(this::note);
  }

  /** How far batches are. */
  LogTable progress() {
    return progress;
  }

  /** What is known of recorders. */
  LogTable origins() {
    return origins;
  }

  /** What is known of sources. */
  LogTable sources() {
    return sources;
  }

  private @Nullable LogTable table(byte kind) {
    return switch (kind) {
      case PROGRESS -> progress;
      case ORIGIN -> origins;
      case SOURCE -> sources;
      default -> null;
    };
  }

  private void note(long location, byte kind, ByteBuffer body) {
    LogTable table = table(kind);
    if (table != null) {
      table.note(location, body);
    } else {
      noteWindow(location, kind, body);
    }
  }

  private void noteWindow(long location, byte kind, ByteBuffer body) {
    int length = SegmentLog.ENTRY_HEADER + body.remaining();
    long high = body.getLong();
    long low = body.getLong();
    SeriesKey series = new SeriesKey(high, low);
    switch (kind) {
      case HEAD -> {
        noteBatch(body);
        replaceHead(series, location, length);
      }
      case COUNTS -> {
        noteBatch(body);
        // Instances that ran at the same time, under at-least-once, may have left no head for it.
        if (index.head(series) != SegmentLog.NOWHERE) {
          replaceCounts(series, location);
        }
      }
      case FORGOTTEN -> remove(series);
      case DETACHED -> {
        noteBatch(body);
        replaceDetached(new UUID(high, low), location, length);
      }
      default -> throw new IllegalStateException("State has an entry of unknown kind " + kind);
    }
  }

  private void noteBatch(ByteBuffer body) {
    highestBatch = Math.max(highestBatch, TrackedEvent.batchOf(body));
  }

  /** The highest number of a batch that is to say something of what is stored. */
  long highestBatch() {
    return highestBatch;
  }

  /**
   * All that is remembered, in the order in which it was written.
   *
   * @param batch what it has nothing to say of comes without its value
   */
  void forEach(long batch, Consumer<TrackedEvent> action) {
    log.read(
        (location, kind, body) -> {
          if (kind == HEAD || kind == DETACHED) {
            read(location, kind, body, batch, action);
          }
        });
  }

  private void read(
      long location, byte kind, ByteBuffer body, long batch, Consumer<TrackedEvent> action) {
    ByteBuffer bare = body.duplicate();
    bare.limit(bare.position() + SeriesKey.LENGTH + TrackedEvent.HEAD_LENGTH);
    TrackedEvent event = current(location, kind, bare);
    if (event != null && event.pendingIn(batch) > 0) {
      event = current(location, kind, body);
    }
    if (event != null) {
      action.accept(event);
    }
  }

  /** The event as it is now, if this is where its value is. */
  private @Nullable TrackedEvent current(long location, byte kind, ByteBuffer body) {
    if (kind == HEAD) {
      SeriesKey series = new SeriesKey(body.getLong(), body.getLong());
      return index.head(series) == location ? read(series, body) : null;
    }
    if (kind == DETACHED) {
      UUID id = new UUID(body.getLong(), body.getLong());
      return detached.getOrDefault(id, SegmentLog.NOWHERE) == location
          ? TrackedEvent.readDetached(body)
          : null;
    }
    return null;
  }

  /** The event that has the window of a series. */
  @Nullable TrackedEvent find(SeriesKey series) {
    long head = index.head(series);
    return head == SegmentLog.NOWHERE ? null : read(series, skipKey(log.body(head)));
  }

  private TrackedEvent read(SeriesKey series, ByteBuffer head) {
    TrackedEvent event = TrackedEvent.read(series, head);
    long counts = index.counts(series);
    if (counts != SegmentLog.NOWHERE) {
      event.readCounts(skipKey(log.body(counts)));
    }
    return event;
  }

  private static ByteBuffer skipKey(ByteBuffer body) {
    return body.position(body.position() + SeriesKey.LENGTH);
  }

  /** Keeps an event that has the window of its series: with its value if that is not here yet. */
  void put(SeriesKey series, TrackedEvent event) {
    if (event.isStored()) {
      long location = log.append(COUNTS, COUNTS_LENGTH - SegmentLog.ENTRY_HEADER);
      event.writeCounts(key(series.high(), series.low()));
      replaceCounts(series, location);
    } else {
      putHead(series, event);
    }
  }

  private void putHead(SeriesKey series, TrackedEvent event) {
    int length = SeriesKey.LENGTH + event.length();
    long location = log.append(HEAD, length);
    event.write(key(series.high(), series.low()));
    replaceHead(series, location, SegmentLog.ENTRY_HEADER + length);
  }

  /** Keeps an event that no window counts on any more. */
  void putDetached(TrackedEvent event) {
    UUID id = event.id();
    int length = SeriesKey.LENGTH + event.length();
    long location = log.append(DETACHED, length);
    event.write(key(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    replaceDetached(id, location, SegmentLog.ENTRY_HEADER + length);
  }

  private ByteBuffer key(long high, long low) {
    return log.open().putLong(high).putLong(low);
  }

  private void replaceHead(SeriesKey series, long location, int length) {
    free(index.head(series));
    freeCounts(series);
    index.putHead(series, location);
    usedBytes += length;
  }

  private void replaceCounts(SeriesKey series, long location) {
    freeCounts(series);
    index.putCounts(series, location);
    usedBytes += COUNTS_LENGTH;
  }

  private void replaceDetached(UUID id, long location, int length) {
    Long before = detached.put(id, location);
    free(before == null ? SegmentLog.NOWHERE : before);
    usedBytes += length;
  }

  /** Forgets a series. */
  void forget(SeriesKey series) {
    if (index.head(series) != SegmentLog.NOWHERE) {
      log.append(FORGOTTEN, SeriesKey.LENGTH);
      key(series.high(), series.low());
      remove(series);
    }
  }

  private void remove(SeriesKey series) {
    free(index.head(series));
    freeCounts(series);
    index.remove(series);
  }

  /** Forgets an event without window: its batch is over, which says so after a restart too. */
  void forgetDetached(UUID id) {
    Long location = detached.remove(id);
    free(location == null ? SegmentLog.NOWHERE : location);
  }

  private void freeCounts(SeriesKey series) {
    usedBytes -= index.counts(series) == SegmentLog.NOWHERE ? 0 : COUNTS_LENGTH;
  }

  private void free(long location) {
    if (location != SegmentLog.NOWHERE) {
      usedBytes -= log.length(location);
    }
  }

  /** Writes all that was put to the store, and makes room. To be called before every commit. */
  void flush() {
    while (isWasteful()) {
      log.retireOldest(this::keep);
    }
    log.seal();
  }

  private boolean isWasteful() {
    long used = usedBytes + progress.usedBytes() + origins.usedBytes() + sources.usedBytes();
    return log.hasSealed() && log.bytes() - used > WASTE_BYTES + used / 2;
  }

  private void keep(long location, byte kind, ByteBuffer body) {
    LogTable table = table(kind);
    if (table != null) {
      table.keep(location, body);
    } else {
      keepWindow(location, kind, body);
    }
  }

  private void keepWindow(long location, byte kind, ByteBuffer body) {
    TrackedEvent event = current(location, kind, body);
    if (event == null) {
      return;
    }
    SeriesKey series = event.series();
    if (series == null) {
      putDetached(event);
    } else {
      putHead(series, event);
    }
  }

  /** How many series have a window. */
  int size() {
    return index.size();
  }

  /** How much is in the store, with what nobody asks for any more. */
  long bytes() {
    return log.bytes();
  }
}
