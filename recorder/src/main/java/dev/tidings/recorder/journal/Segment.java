package dev.tidings.recorder.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the journal: many threads append, one reads.
 *
 * <pre>
 *  0          8             24       32         36    40           64
 *  +----------+-------------+--------+----------+-----+------------+---------
 *  | "TIDJRNL1"| journal id | base   | capacity | 0   | 0          | frames …
 *  +----------+-------------+--------+----------+-----+------------+---------
 * </pre>
 *
 * A position in the journal is {@code base} plus the offset in the segment. Bases rise by the
 * capacity, so that positions rise through all segments.
 */
final class Segment {
  static final int HEADER_BYTES = 64;
  static final long MAGIC = 0x314C_4E52_4A44_4954L;
  static final int ID_OFFSET = 8;
  static final int BASE_OFFSET = 24;
  static final int CAPACITY_OFFSET = 32;

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle TAIL;
  private static final int PAGE = 4096;

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(Segment.class, "tail", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ByteBuffer bytes;
  private final long base;
  private final int capacity;
  private final @Nullable Path file;

  /** Where the next frame goes. Runs over the capacity when the segment is full. */
  @SuppressWarnings("unused") // Through TAIL.
  private volatile long tail = HEADER_BYTES;

  /** Whether nothing that is not on disk can come. The forcing thread's. */
  private boolean onDisk;

  /** The segment behind this one; set once. */
  private volatile @Nullable Segment next;

  private Segment(ByteBuffer bytes, long base, @Nullable Path file) {
    this.bytes = bytes;
    this.base = base;
    this.capacity = bytes.capacity();
    this.file = file;
  }

  /**
   * A segment over bytes that are all zero.
   *
   * @param file what they are mapped from, or null
   */
  static Segment fresh(ByteBuffer zeros, UUID journal, long base, @Nullable Path file) {
    zeros.order(ByteOrder.LITTLE_ENDIAN);
    zeros.putLong(ID_OFFSET, journal.getMostSignificantBits());
    zeros.putLong(ID_OFFSET + Long.BYTES, journal.getLeastSignificantBits());
    zeros.putLong(BASE_OFFSET, base);
    zeros.putInt(CAPACITY_OFFSET, zeros.capacity());
    // Last, so that a header is either whole or none.
    VarHandle.releaseFence();
    zeros.putLong(0, MAGIC);
    return new Segment(zeros, base, file);
  }

  long base() {
    return base;
  }

  long end() {
    return base + capacity;
  }

  int capacity() {
    return capacity;
  }

  @Nullable Path file() {
    return file;
  }

  @Nullable Segment next() {
    return next;
  }

  void linkTo(Segment successor) {
    next = successor;
  }

  /** Where the next frame goes, as a position; the end if the segment is full. */
  long tailPosition() {
    return base + Math.min((long) TAIL.getVolatile(this), capacity);
  }

  /**
   * Appends a record. Any thread; no lock.
   *
   * @param crc of the payload
   * @param claimed told the record's position before a reader can see it, or null
   * @return the record's position, or -1 if the segment is full
   */
  long append(byte[] payload, int length, int crc, @Nullable LongConsumer claimed) {
    int size = Frame.sizeOf(length);
    long at = (long) TAIL.getAndAdd(this, (long) size);
    if (at + size > capacity) {
      skipRest(at);
      return -1;
    }
    int offset = (int) at;
    long position = base + at;
    INT.setOpaque(bytes, offset, -length);
    VarHandle.releaseFence();
    boolean written = false;
    try {
      if (claimed != null) {
        claimed.accept(position);
      }
      bytes.putInt(offset + Frame.CHECK_OFFSET, Frame.check(crc, position));
      bytes.put(offset + Frame.HEADER_BYTES, payload, 0, length);
      INT.setRelease(bytes, offset, length);
      written = true;
    } finally {
      if (!written) {
        // A claim that is never committed would stop the reader for ever.
        skip(offset, size);
      }
    }
    return position;
  }

  /** Makes it full: no append succeeds from now on. */
  void seal() {
    skipRest((long) TAIL.getAndAdd(this, (long) capacity));
  }

  /** Only the one whose claim crosses the end finds room before it, and fills that. */
  private void skipRest(long at) {
    if (at < capacity) {
      skip((int) at, (int) (capacity - at));
    }
  }

  private void skip(int offset, int size) {
    bytes.putInt(offset + Frame.CHECK_OFFSET, Frame.check(size, base + offset));
    INT.setRelease(bytes, offset, Frame.SKIP | size);
  }

  /** The length word at an offset; what is behind a positive one can be read. */
  int lengthAt(int offset) {
    return (int) INT.getAcquire(bytes, offset);
  }

  byte[] payloadAt(int offset, int length) {
    byte[] payload = new byte[length];
    bytes.get(offset + Frame.HEADER_BYTES, payload);
    return payload;
  }

  /**
   * How many records lie at and behind an offset of a segment that is full.
   *
   * @return -1 if the segment is not full yet, or one of them is still being appended
   */
  int recordsFrom(int offset) {
    int records = 0;
    int at = offset;
    while (at < capacity) {
      int length = lengthAt(at);
      if (length <= 0) {
        return -1;
      }
      boolean skip = Frame.isSkip(length);
      records += skip ? 0 : 1;
      at += skip ? Frame.skipped(length) : Frame.sizeOf(length);
    }
    return records;
  }

  /**
   * Writes the segment to disk, if it is mapped from a file and not wholly there yet. One thread at
   * a time.
   */
  void force() {
    if (!onDisk && bytes instanceof MappedByteBuffer mapped) {
      boolean complete = recordsFrom(HEADER_BYTES) >= 0;
      mapped.force();
      onDisk = complete;
    }
  }

  /**
   * The same bytes, zeroed, for another use. Only when every claim was committed and read: then
   * nobody writes here any more.
   */
  ByteBuffer wiped() {
    // The magic goes first: half wiped, it is no segment.
    bytes.putLong(0, 0);
    byte[] zeros = new byte[PAGE];
    for (int at = 0; at < capacity; at += PAGE) {
      bytes.put(at, zeros, 0, Math.min(PAGE, capacity - at));
    }
    return bytes;
  }
}
