package dev.tidings.wire;

import java.util.Arrays;

/**
 * The end of an encoded event: the three fields that a repeat changes.
 *
 * <pre>
 *  … attributes | 0x00 | firstTimestamp | lastTimestamp | count
 *                 end of   zig-zag varint, 1 to 10 bytes each
 *                 the map
 * </pre>
 *
 * A varint's bytes all have the high bit set but the last, and the map before the three ends with a
 * zero byte. So the tail is found from the end, without decoding what is before it. That holds for
 * values written with {@code Event}'s own schema only.
 *
 * @param firstMicros first occurrence, microseconds since 1970
 * @param lastMicros last occurrence so far
 * @param count occurrences so far
 */
public record EventTail(long firstMicros, long lastMicros, long count) {
  private static final int FIELDS = 3;

  /**
   * The tail of an encoded event, framed or not.
   *
   * @throws MalformedValueException if the bytes do not end like an event
   */
  public static EventTail read(byte[] encoded) {
    int countAt = startOfLastVarint(encoded, 0, encoded.length);
    int lastAt = startOfLastVarint(encoded, 0, countAt);
    int firstAt = startOfLastVarint(encoded, 0, lastAt);
    return new EventTail(
        zigZag(encoded, firstAt), zigZag(encoded, lastAt), zigZag(encoded, countAt));
  }

  /**
   * Only the last occurrence, of an event that is encoded somewhere within {@code bytes}: without
   * copying anything.
   *
   * @param from of its first byte
   * @param to behind its last byte
   * @throws MalformedValueException if the bytes do not end like an event
   */
  public static long lastMicros(byte[] bytes, int from, int to) {
    return zigZag(bytes, startOfLastVarint(bytes, from, startOfLastVarint(bytes, from, to)));
  }

  /**
   * The same event in this new state: the bytes before the tail, then this tail.
   *
   * @throws MalformedValueException if the bytes do not end like an event
   */
  public byte[] replaceIn(byte[] encoded) {
    int head = encoded.length;
    for (int field = 0; field < FIELDS; field++) {
      head = startOfLastVarint(encoded, 0, head);
    }
    byte[] out = Arrays.copyOf(encoded, head + FIELDS * Varint.MAX_BYTES);
    int end = Varint.put(out, head, firstMicros);
    end = Varint.put(out, end, lastMicros);
    end = Varint.put(out, end, count);
    return Arrays.copyOf(out, end);
  }

  private static int startOfLastVarint(byte[] bytes, int from, int end) {
    int at = end - 1;
    if (at <= from || bytes[at] < 0) {
      throw notAnEvent();
    }
    while (at > from && bytes[at - 1] < 0) {
      at--;
    }
    if (at == from || end - at > Varint.MAX_BYTES) {
      throw notAnEvent();
    }
    return at;
  }

  private static MalformedValueException notAnEvent() {
    return new MalformedValueException("value does not end with an event's times and count");
  }

  private static long zigZag(byte[] bytes, int at) {
    long raw = 0;
    int shift = 0;
    int next = at;
    while (true) {
      byte b = bytes[next++];
      raw |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
      shift += 7;
    }
  }
}
