package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that may still change, or whose last change is not in a batch yet.
 *
 * <pre>
 *  0                      64         72            80      81          89
 *  +----------------------+----------+-------------+-------+-----------+---------
 *  | {@link SeriesWindow} | batch    | occurrences | flags | storm key | value …   big-endian
 *  +----------------------+----------+-------------+-------+-----------+---------
 *                                                          where the value is kept
 * </pre>
 *
 * <em>Occurrences</em> are those that batch number <em>batch</em> must say: once that batch is out
 * they mean nothing, so that nothing needs to be written for it. One thread.
 */
final class TrackedEvent {
  private static final int COUNTS_LENGTH = SeriesWindow.LENGTH + 2 * Long.BYTES + 1;
  private static final int HEAD_LENGTH = COUNTS_LENGTH + Long.BYTES;
  private static final byte UNSENT = 1;

  /** The storm key of what is not counted in a storm. */
  static final long NO_STORM = 0;

  private final @Nullable SeriesKey series;
  private final long stormKey;
  private SeriesWindow window;
  private long batch;
  private long occurrences;
  private boolean unsent;
  private final byte[] value;

  /** No window counts on it any more. */
  private boolean detached;

  /** Whether the store of detached events has it. */
  private boolean storedDetached;

  /** Whether the store of heads has it. */
  private boolean storedHead;

  /** Whether the store of windows has a record of its series, be it its own or an older one's. */
  private boolean storedCounts;

  /** Whether it changed since it was stored. */
  private boolean dirty;

  private TrackedEvent(
      @Nullable SeriesKey series, long stormKey, SeriesWindow window, byte[] value) {
    this.series = series;
    this.stormKey = stormKey;
    this.window = window;
    this.value = value;
  }

  /** One that just opened the window of its series. */
  static TrackedEvent opened(
      SeriesKey series, long stormKey, SeriesWindow window, byte[] value, boolean storedCounts) {
    TrackedEvent event = new TrackedEvent(series, stormKey, window, value);
    event.storedCounts = storedCounts;
    return event;
  }

  /** One that never has a window. */
  static TrackedEvent late(SeriesWindow window, byte[] value) {
    TrackedEvent event = new TrackedEvent(null, NO_STORM, window, value);
    event.detached = true;
    return event;
  }

  /** One of the store of detached events. */
  static TrackedEvent fromDetached(byte[] stored) {
    TrackedEvent event = read(null, stored, stored);
    event.detached = true;
    event.storedDetached = true;
    return event;
  }

  /**
   * One of the stores of heads and windows.
   *
   * @param counts of the store of windows, if it changed since it was opened
   */
  static TrackedEvent of(SeriesKey series, byte[] head, byte @Nullable [] counts) {
    TrackedEvent event = read(series, head, counts == null ? head : counts);
    event.storedHead = true;
    event.storedCounts = counts != null;
    return event;
  }

  private static TrackedEvent read(@Nullable SeriesKey series, byte[] head, byte[] counts) {
    long stormKey = ByteBuffer.wrap(head).getLong(COUNTS_LENGTH);
    ByteBuffer in = ByteBuffer.wrap(counts);
    TrackedEvent event =
        new TrackedEvent(
            series,
            stormKey,
            SeriesWindow.readFrom(in),
            Arrays.copyOfRange(head, HEAD_LENGTH, head.length));
    event.readPending(in);
    return event;
  }

  private void readPending(ByteBuffer in) {
    batch = in.getLong();
    occurrences = in.getLong();
    unsent = (in.get() & UNSENT) != 0;
  }

  byte[] countsToBytes() {
    ByteBuffer out = ByteBuffer.allocate(COUNTS_LENGTH);
    writeCounts(out);
    return out.array();
  }

  byte[] headToBytes() {
    ByteBuffer out = ByteBuffer.allocate(HEAD_LENGTH + value.length);
    writeCounts(out);
    out.putLong(stormKey).put(value);
    return out.array();
  }

  private void writeCounts(ByteBuffer out) {
    window.writeTo(out);
    out.putLong(batch).putLong(occurrences).put(unsent ? UNSENT : 0);
  }

  /** Adds to what a batch must say. */
  void count(SeriesWindow newWindow, long added, long inBatch, boolean isSent) {
    window = newWindow;
    occurrences = pendingIn(inBatch) + added;
    batch = inBatch;
    unsent = !isSent;
  }

  /** How many occurrences this batch must say. */
  long pendingIn(long thisBatch) {
    return batch == thisBatch ? occurrences : 0;
  }

  /** Whether the events topic still has an older state, and this batch is to end that. */
  boolean isUnsent() {
    return unsent;
  }

  void sent() {
    unsent = false;
  }

  void detach() {
    detached = true;
  }

  UUID id() {
    return window.eventId();
  }

  /** Null of one that never had a window. */
  @Nullable SeriesKey series() {
    return series;
  }

  long stormKey() {
    return stormKey;
  }

  SeriesWindow window() {
    return window;
  }

  /** As it was first sent. */
  byte[] value() {
    return value;
  }

  boolean isDetached() {
    return detached;
  }

  boolean isStoredDetached() {
    return storedDetached;
  }

  boolean isStoredHead() {
    return storedHead;
  }

  boolean isStoredCounts() {
    return storedCounts;
  }

  boolean isDirty() {
    return dirty;
  }

  void touched() {
    dirty = true;
  }

  /** It was written where it belongs now. */
  void stored() {
    dirty = false;
    if (detached) {
      storedDetached = true;
    } else if (storedHead) {
      storedCounts = true;
    } else {
      storedHead = true;
      storedCounts = false;
    }
  }
}
