package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
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
 * </pre>
 *
 * <em>Occurrences</em> are those that batch number <em>batch</em> must say: once that batch is out
 * they mean nothing, so that nothing needs to be written for it. One thread.
 */
final class TrackedEvent {
  /** How long its counts are as they are written. */
  static final int COUNTS_LENGTH = SeriesWindow.LENGTH + 2 * Long.BYTES + 1;

  /** How long it is as it is written, without its value. */
  static final int HEAD_LENGTH = COUNTS_LENGTH + Long.BYTES;

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

  /** Whether its value is known to say what the window says. */
  private boolean valueIsNewest;

  /** No window counts on it any more. */
  private boolean detached;

  /** Whether the log of windows has its value. */
  private boolean stored;

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
  static TrackedEvent opened(SeriesKey series, long stormKey, SeriesWindow window, byte[] value) {
    TrackedEvent event = new TrackedEvent(series, stormKey, window, value);
    event.valueIsNewest = true;
    return event;
  }

  /** One that never has a window. */
  static TrackedEvent late(SeriesWindow window, byte[] value) {
    TrackedEvent event = new TrackedEvent(null, NO_STORM, window, value);
    event.detached = true;
    event.valueIsNewest = true;
    return event;
  }

  /** What {@link #write} wrote of one that has a window. */
  static TrackedEvent read(SeriesKey series, ByteBuffer in) {
    TrackedEvent event = readValue(series, in);
    event.stored = true;
    return event;
  }

  /** What {@link #write} wrote of one that has none any more. */
  static TrackedEvent readDetached(ByteBuffer in) {
    TrackedEvent event = readValue(null, in);
    event.detached = true;
    return event;
  }

  private static TrackedEvent readValue(@Nullable SeriesKey series, ByteBuffer in) {
    SeriesWindow window = SeriesWindow.readFrom(in);
    ByteBuffer pending = in.duplicate();
    in.position(in.position() + COUNTS_LENGTH - SeriesWindow.LENGTH);
    long stormKey = in.getLong();
    byte[] value = new byte[in.remaining()];
    in.get(value);
    TrackedEvent event = new TrackedEvent(series, stormKey, window, value);
    event.readPending(pending);
    return event;
  }

  /** What {@link #writeCounts} wrote later. */
  void readCounts(ByteBuffer in) {
    window = SeriesWindow.readFrom(in);
    readPending(in);
  }

  /** The number of the batch in what {@link #write} or {@link #writeCounts} wrote. */
  static long batchOf(ByteBuffer in) {
    return in.getLong(in.position() + SeriesWindow.LENGTH);
  }

  private void readPending(ByteBuffer in) {
    batch = in.getLong();
    occurrences = in.getLong();
    unsent = (in.get() & UNSENT) != 0;
  }

  /** How long it is as it is written. */
  int length() {
    return HEAD_LENGTH + value.length;
  }

  /** Writes it with its value. */
  void write(ByteBuffer out) {
    writeCounts(out);
    out.putLong(stormKey).put(value);
  }

  /** Writes what changes of it. */
  void writeCounts(ByteBuffer out) {
    window.writeTo(out);
    out.putLong(batch).putLong(occurrences).put(unsent ? UNSENT : 0);
  }

  /** Adds to what a batch must say. */
  void count(SeriesWindow newWindow, long added, long inBatch, boolean isSent) {
    valueIsNewest &= newWindow.equals(window);
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

  /** Whether its value is known to say what the window says: it was never counted on again. */
  boolean valueIsNewest() {
    return valueIsNewest;
  }

  /** As it was first sent. */
  byte[] value() {
    return value;
  }

  boolean isDetached() {
    return detached;
  }

  boolean isStored() {
    return stored;
  }

  boolean isDirty() {
    return dirty;
  }

  void touched() {
    dirty = true;
  }

  /** The log of windows has it as it is now. */
  void stored() {
    dirty = false;
    stored = true;
  }
}
