package dev.tidings.dedup.topology;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Entries one after the other, kept in a store as segments of about 16 KiB. A change log then has
 * one record where it would have had forty, for the task that writes it and for the one that reads
 * it back.
 *
 * <pre>
 *  segment number (8 bytes, big-endian)  →  version (1 byte), entries …
 *
 *  0        4      5
 *  +--------+------+---------
 *  | length | kind | body …     big-endian; the length is that of the whole entry
 *  +--------+------+---------
 * </pre>
 *
 * Segments are written once and dropped from the old end. What is in the open one is on the heap
 * until {@link #seal}. One thread.
 */
final class SegmentLog {
  /** What comes before an entry's body. */
  static final int ENTRY_HEADER = Integer.BYTES + 1;

  /** Where no entry is. */
  static final long NOWHERE = 0;

  private static final byte VERSION = 2;

  /** About what a store and Kafka need for a segment beside its bytes. */
  private static final int SEGMENT_OVERHEAD = 100;

  private static final int SEGMENT_BYTES = 16 * 1024;
  private static final int OFFSET_BITS = 24;
  private static final int MAX_SEGMENT_BYTES = 1 << OFFSET_BITS;

  /** Told of each entry, in the order in which they were written. */
  interface Reader {
    /**
     * @param body of the entry, to its end
     */
    void entry(long location, byte kind, ByteBuffer body);
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private ByteBuffer open = ByteBuffer.allocate(SEGMENT_BYTES).put(VERSION);
  private long oldest;

  /** All before this one are dropped. */
  private long dropped;

  /** The number of the open segment. */
  private long newest;

  private long sealedBytes;
  private long lastReadNumber;
  private byte[] lastRead = new byte[0];

  /** What the store has: the open segment is a new one. */
  SegmentLog(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    this.oldest = Long.MAX_VALUE;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        long number = ByteBuffer.wrap(next.key.get()).getLong();
        oldest = Math.min(oldest, number);
        newest = Math.max(newest, number);
        sealedBytes += next.value.length + SEGMENT_OVERHEAD;
      }
    }
    newest++;
    oldest = Math.min(oldest, newest);
    dropped = oldest;
  }

  /** All entries in the store. */
  void read(Reader reader) {
    for (long number = oldest; number < newest; number++) {
      readSegment(number, reader);
    }
  }

  /**
   * All entries of the oldest segment, which is dropped when what the reader appended meanwhile is
   * in the store.
   */
  void retireOldest(Reader reader) {
    sealedBytes -= readSegment(oldest, reader);
    oldest++;
  }

  private int readSegment(long number, Reader reader) {
    byte[] segment = store.get(key(number));
    // Instances that ran at the same time, under at-least-once, may have left a gap.
    if (segment == null) {
      return 0;
    }
    if (segment[0] != VERSION) {
      throw new IllegalStateException(
          "State was written by another version of the de-duplication (%d, not %d): reset the"
                  .formatted(segment[0], VERSION)
              + " application with kafka-streams-application-reset, or give it another"
              + " application.id");
    }
    ByteBuffer in = ByteBuffer.wrap(segment);
    int at = 1;
    while (at < segment.length) {
      int end = at + in.getInt(at);
      in.limit(end).position(at + ENTRY_HEADER);
      reader.entry(location(number, at), segment[at + Integer.BYTES], in);
      in.limit(segment.length);
      at = end;
    }
    return segment.length + SEGMENT_OVERHEAD;
  }

  /**
   * Begins an entry.
   *
   * @param bodyLength of what must be written to {@link #open} now
   * @return where the entry is
   */
  long append(byte kind, int bodyLength) {
    int length = ENTRY_HEADER + bodyLength;
    if (open.position() > 1 && open.position() + length > SEGMENT_BYTES) {
      seal();
    }
    if (open.remaining() < length) {
      open =
          ByteBuffer.allocate(Math.min(MAX_SEGMENT_BYTES, open.position() + length))
              .put(open.flip());
    }
    long location = location(newest, open.position());
    open.putInt(length).put(kind);
    return location;
  }

  /** Where the body of the entry that was just begun goes. */
  ByteBuffer open() {
    return open;
  }

  /** The body of an entry. */
  ByteBuffer body(long location) {
    int at = offset(location);
    byte[] segment = segment(location >>> OFFSET_BITS);
    int length = ByteBuffer.wrap(segment).getInt(at);
    return ByteBuffer.wrap(segment, at + ENTRY_HEADER, length - ENTRY_HEADER);
  }

  /** The length of an entry, with what comes before its body. */
  int length(long location) {
    return ByteBuffer.wrap(segment(location >>> OFFSET_BITS)).getInt(offset(location));
  }

  private byte[] segment(long number) {
    if (number == newest) {
      return open.array();
    }
    if (number != lastReadNumber) {
      byte[] read = store.get(key(number));
      if (read == null) {
        throw new IllegalStateException("State lacks segment " + number);
      }
      lastRead = read;
      lastReadNumber = number;
    }
    return lastRead;
  }

  /** Writes what is open to the store, and drops what was retired. */
  void seal() {
    if (open.position() > 1) {
      byte[] segment = Arrays.copyOf(open.array(), open.position());
      store.put(key(newest), segment);
      sealedBytes += segment.length + SEGMENT_OVERHEAD;
      newest++;
      open =
          open.capacity() > SEGMENT_BYTES
              ? ByteBuffer.allocate(SEGMENT_BYTES).put(VERSION)
              : open.clear().put(VERSION);
    }
    for (; dropped < oldest; dropped++) {
      store.delete(key(dropped));
    }
  }

  /** Whether there is a segment in the store that is not retired. */
  boolean hasSealed() {
    return oldest < newest;
  }

  /** How much there is, with what nobody asks for any more. */
  long bytes() {
    return sealedBytes + open.position();
  }

  private static long location(long number, int offset) {
    return number << OFFSET_BITS | offset;
  }

  private static int offset(long location) {
    return (int) (location & (MAX_SEGMENT_BYTES - 1));
  }

  private static Bytes key(long number) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
