package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Few small values under 16-byte keys, among the other entries of a {@link SegmentLog}: with a
 * change log of its own each would cost every transaction one more partition. An entry without
 * value says that its key is gone. One thread.
 */
final class LogTable {
  private record Place(long location, int length) {}

  private final SegmentLog log;
  private final byte kind;
  private final Map<SeriesKey, Place> places = new HashMap<>();
  private long usedBytes;

  /**
   * @param kind of its entries, and of no others
   */
  LogTable(SegmentLog log, byte kind) {
    this.log = log;
    this.kind = kind;
  }

  /** Notes one of its entries, in the order in which they were written. */
  void note(long location, ByteBuffer body) {
    int length = SegmentLog.ENTRY_HEADER + body.remaining();
    SeriesKey key = readKey(body);
    if (body.hasRemaining()) {
      replace(key, new Place(location, length));
    } else {
      free(places.remove(key));
    }
  }

  private static SeriesKey readKey(ByteBuffer body) {
    return new SeriesKey(body.getLong(), body.getLong());
  }

  private void replace(SeriesKey key, Place place) {
    free(places.put(key, place));
    usedBytes += place.length();
  }

  private void free(@Nullable Place before) {
    usedBytes -= before == null ? 0 : before.length();
  }

  /** All values. */
  void forEach(BiConsumer<SeriesKey, ByteBuffer> action) {
    places.forEach(
        (key, place) -> {
          ByteBuffer body = log.body(place.location());
          action.accept(key, body.position(body.position() + SeriesKey.LENGTH));
        });
  }

  /**
   * @param value not empty
   */
  void put(SeriesKey key, byte[] value) {
    replace(key, append(key, ByteBuffer.wrap(value)));
  }

  private Place append(SeriesKey key, ByteBuffer value) {
    int length = SeriesKey.LENGTH + value.remaining();
    long location = log.append(kind, length);
    log.open().putLong(key.high()).putLong(key.low()).put(value);
    return new Place(location, SegmentLog.ENTRY_HEADER + length);
  }

  void delete(SeriesKey key) {
    Place before = places.remove(key);
    if (before != null) {
      free(before);
      append(key, ByteBuffer.allocate(0));
    }
  }

  /** Writes an entry anew if it still counts: the segment that has it is to be dropped. */
  void keep(long location, ByteBuffer body) {
    SeriesKey key = readKey(body);
    Place place = places.get(key);
    if (place != null && place.location() == location) {
      replace(key, append(key, body));
    }
  }

  /** How long all entries are that count. */
  long usedBytes() {
    return usedBytes;
  }

  int size() {
    return places.size();
  }
}
