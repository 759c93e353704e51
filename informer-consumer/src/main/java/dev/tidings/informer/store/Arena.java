package dev.tidings.informer.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Encoded records in large arrays, which the garbage collector need not look into.
 *
 * <p>A record is a key and a value, found by a reference: the number of its segment and its place
 * there, in units of two bytes. What was written never changes, so that whoever has the segments as
 * they were reads on undisturbed; but while nobody else has them, a record may be overwritten by
 * one that fits in its place.
 *
 * <pre>
 *   │ key length │ value length × 2 + has slack │ (units of slack) │ key │ value │ (slack) │
 *     varint       varint                         1 byte
 * </pre>
 *
 * <p>For one thread; {@link Segments} are for any.
 */
final class Arena {
  private static final int UNIT = 2;
  private static final int PLACE_BITS = 19;
  // With an object's header it fills the smallest region of G1, which then does not copy it about.
  private static final int SEGMENT_BYTES = (UNIT << PLACE_BITS) - 16;
  private static final int FIRST_SEGMENT_BYTES = (1 << 16) - 16;
  private static final int MAX_SEGMENTS = 1 << (Integer.SIZE - PLACE_BITS);
  private static final int MAX_SLACK = 32;
  private static final int NO_SLACK = -1;
  private static final int SEGMENTS_AHEAD = 4;
  private static final byte[] GONE = new byte[0];

  private final int segmentBytes;
  // The first are smaller, for caches of few objects.
  private int nextSegmentBytes;
  private byte[][] segments;
  private int[] used = {UNIT};
  private int[] live = {0};
  private int count = 1;
  private int tail;
  // Whether the array of segments was given away, and must not be changed in place.
  private boolean shared;
  // Whether somebody may read what was written so far.
  private boolean seen;
  // Full-sized segments that another thread makes; none unless asked for.
  private final Deque<CompletableFuture<byte[]>> ahead = new ArrayDeque<>();
  private @Nullable Executor allocator;

  Arena() {
    this(FIRST_SEGMENT_BYTES, SEGMENT_BYTES);
  }

  /**
   * @param firstSegmentBytes how large the first segment is
   * @param segmentBytes how large those become that hold several records
   */
  Arena(int firstSegmentBytes, int segmentBytes) {
    this.segmentBytes = segmentBytes;
    nextSegmentBytes = Math.min(segmentBytes, 2 * firstSegmentBytes);
    segments = new byte[][] {new byte[firstSegmentBytes]};
  }

  /** The segments at one moment. */
  record Segments(byte[][] all) {

    private byte[] segment(int reference) {
      return all[reference >>> PLACE_BITS];
    }

    private static int place(int reference) {
      return (reference & ((1 << PLACE_BITS) - 1)) * UNIT;
    }

    boolean hasKey(int reference, byte[] key, int keyLength) {
      byte[] segment = segment(reference);
      int place = place(reference);
      if (readVarint(segment, place) != keyLength) {
        return false;
      }
      int start = keyStart(segment, place);
      return Arrays.equals(segment, start, start + keyLength, key, 0, keyLength);
    }

    int keyHash(int reference) {
      byte[] segment = segment(reference);
      int place = place(reference);
      return hash(segment, keyStart(segment, place), readVarint(segment, place));
    }

    byte[] key(int reference) {
      byte[] segment = segment(reference);
      int place = place(reference);
      int start = keyStart(segment, place);
      return Arrays.copyOfRange(segment, start, start + readVarint(segment, place));
    }

    byte[] value(int reference) {
      byte[] segment = segment(reference);
      int place = place(reference);
      int start = keyStart(segment, place) + readVarint(segment, place);
      int length = readVarint(segment, afterVarint(segment, place)) >>> 1;
      return Arrays.copyOfRange(segment, start, start + length);
    }

    private static int keyStart(byte[] segment, int place) {
      int second = afterVarint(segment, place);
      return afterVarint(segment, second) + (readVarint(segment, second) & 1);
    }

    /** How many bytes it takes, slack included. */
    int size(int reference) {
      byte[] segment = segment(reference);
      int place = place(reference);
      int second = afterVarint(segment, place);
      int third = afterVarint(segment, second);
      int valueAndSlack = readVarint(segment, second);
      boolean hasSlack = (valueAndSlack & 1) != 0;
      int bytes = third - place + readVarint(segment, place) + (valueAndSlack >>> 1);
      return hasSlack ? toUnits(bytes + 1) + segment[third] * UNIT : toUnits(bytes);
    }
  }

  Segments segments() {
    return new Segments(segments);
  }

  /** The same, to be kept. */
  Segments share() {
    shared = true;
    seen = true;
    return new Segments(segments);
  }

  /** How many bytes there are, used or not. */
  long capacity() {
    long sum = 0;
    for (byte[] segment : segments) {
      sum += segment.length;
    }
    return sum;
  }

  /** Of a key; what distinguishes keys is spread over all bits. */
  static int hash(byte[] bytes, int start, int length) {
    int hash = 1;
    for (int i = start; i < start + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return HashTrie.spread(hash);
  }

  /** Adds a record; returns its reference. */
  int add(byte[] key, int keyLength, ByteBuffer value) {
    int size = toUnits(sizeWithoutSlack(keyLength, value.remaining()));
    if (used[tail] + size > segments[tail].length) {
      tail = newSegment(UNIT + size);
    }
    int place = used[tail];
    write(segments[tail], place, key, keyLength, value, NO_SLACK);
    used[tail] += size;
    live[tail] += size;
    int reference = tail << PLACE_BITS | place / UNIT;
    if (size + UNIT > segmentBytes) {
      // It has a segment of its own: nothing else can be found behind it.
      tail = newSegment(0);
    }
    return reference;
  }

  /** Writes a record in another's place, if it fits there well; only while nothing was shared. */
  boolean overwrite(int reference, byte[] key, int keyLength, ByteBuffer value) {
    if (seen) {
      return false;
    }
    int room = segments().size(reference);
    int bytes = sizeWithoutSlack(keyLength, value.remaining());
    int slack = toUnits(bytes) == room ? NO_SLACK : (room - toUnits(bytes + 1)) / UNIT;
    if (toUnits(bytes) > room || slack > MAX_SLACK) {
      return false;
    }
    byte[] segment = segments[reference >>> PLACE_BITS];
    write(segment, Segments.place(reference), key, keyLength, value, slack);
    return true;
  }

  /** A record is no longer needed; those who share the segments still have it. */
  void free(int reference) {
    live[reference >>> PLACE_BITS] -= segments().size(reference);
  }

  /** A full segment of which less than this part is needed; -1 if there is none. */
  int sparseSegment(double part) {
    for (int segment = 0; segment < count; segment++) {
      if (segment != tail && used[segment] > 0 && live[segment] < part * used[segment]) {
        return segment;
      }
    }
    return -1;
  }

  /** The references of all records of a segment, needed or not. */
  int[] references(int segment) {
    int[] found = new int[16];
    int number = 0;
    Segments all = segments();
    for (int place = UNIT; place < used[segment]; ) {
      int reference = segment << PLACE_BITS | place / UNIT;
      if (number == found.length) {
        found = Arrays.copyOf(found, 2 * number);
      }
      found[number++] = reference;
      place += all.size(reference);
    }
    return Arrays.copyOf(found, number);
  }

  /** Drops a segment of which nothing is needed any more. */
  void drop(int segment) {
    ownSegments();
    segments[segment] = GONE;
    used[segment] = 0;
    live[segment] = 0;
  }

  /**
   * Lets another thread make the next segments, for whoever adds much at once: memory that was
   * never touched takes longer to get than to fill.
   *
   * @param by null ends that, and lets go of those that were not needed
   */
  void allocateAhead(@Nullable Executor by) {
    allocator = by;
    ahead.clear();
  }

  private byte[] allocate(int bytes) {
    Executor by = allocator;
    if (by == null || bytes != segmentBytes) {
      return new byte[bytes];
    }
    while (ahead.size() <= SEGMENTS_AHEAD) {
      ahead.add(CompletableFuture.supplyAsync(() -> new byte[bytes], by));
    }
    return ahead.remove().join();
  }

  private int newSegment(int leastBytes) {
    int bytes = Math.max(leastBytes, nextSegmentBytes);
    nextSegmentBytes = Math.min(segmentBytes, 2 * nextSegmentBytes);
    ownSegments();
    int number = 0;
    while (number < count && used[number] > 0) {
      number++;
    }
    if (number == count) {
      if (count == MAX_SEGMENTS) {
        throw new IllegalStateException("An encoded cache holds at most 8 GiB");
      }
      if (count == segments.length) {
        segments = Arrays.copyOf(segments, count + count / 2 + 1);
        Arrays.fill(segments, count, segments.length, GONE);
        used = Arrays.copyOf(used, segments.length);
        live = Arrays.copyOf(live, segments.length);
      }
      count++;
    }
    segments[number] = allocate(bytes);
    used[number] = UNIT;
    live[number] = 0;
    return number;
  }

  private void ownSegments() {
    if (shared) {
      segments = segments.clone();
      shared = false;
    }
  }

  private static int sizeWithoutSlack(int keyLength, int valueLength) {
    return varintSize(keyLength) + varintSize(valueLength << 1) + keyLength + valueLength;
  }

  private static void write(
      byte[] segment, int place, byte[] key, int keyLength, ByteBuffer value, int slack) {
    int valueLength = value.remaining();
    int at = writeVarint(segment, place, keyLength);
    at = writeVarint(segment, at, valueLength << 1 | (slack == NO_SLACK ? 0 : 1));
    if (slack != NO_SLACK) {
      segment[at++] = (byte) slack;
    }
    System.arraycopy(key, 0, segment, at, keyLength);
    value.get(value.position(), segment, at + keyLength, valueLength);
  }

  private static int toUnits(int bytes) {
    return (bytes + UNIT - 1) & -UNIT;
  }

  private static int varintSize(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
  }

  private static int writeVarint(byte[] into, int place, int value) {
    int at = place;
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      into[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    into[at++] = (byte) rest;
    return at;
  }

  private static int readVarint(byte[] from, int place) {
    int value = 0;
    int at = place;
    for (int shift = 0; ; shift += 7) {
      byte next = from[at++];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static int afterVarint(byte[] from, int place) {
    int at = place;
    while (from[at] < 0) {
      at++;
    }
    return at + 1;
  }
}
