package dev.tidings.wire;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.event.limits.EventLimits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the Avro binary of an event from its parts, and the event's {@link SeriesKey} beside it,
 * without an object for the event: for who records a million a second.
 *
 * <p>The parts are given in the order of the schema, each once:
 *
 * <pre>{@code
 * encoder.start(prefix).id(high, low).type(type).severity(severity).source(node, component)
 *     .object(kind, namespace, name, uid)   // or noObject()
 *     .message(message)
 *     .attributes(names, values, count)
 *     .times(firstMicros, lastMicros, occurrences);
 * if (encoder.isWithinLimits()) …
 * }</pre>
 *
 * <p>What is within the limits is written as it is. What is not, even if it could be cut, is only
 * noticed: {@link EventLimits} then says what happens to it. One thread at a time; reusable.
 */
public final class EventEncoder {
  /** A text that many events share, in UTF-8. */
  public static final class Text {
    private final byte[] utf8;

    private Text(byte[] utf8) {
      this.utf8 = utf8;
    }

    /** A text that keeps the limits of a name. */
    public static Text of(String text) {
      return new Text(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final Text[] SYMBOLS =
      Arrays.stream(Severity.values())
          .map(severity -> Text.of(severity.name()))
          .toArray(Text[]::new);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Hasher128 HASHER = Hashing.xxh3_128();
  private static final int UUID_CHARACTERS = 36;
  private static final int MAX_BYTES_PER_CHAR = 3;
  private static final int USUAL_BYTES = 1024;

  private final EventLimits limits;

  /** The prefix, then the Avro binary, up to {@link #at}. */
  private byte[] bytes = new byte[USUAL_BYTES];

  private int at;
  private int prefix;

  /** What the series key is the hash of, up to {@link #seriesAt}. */
  private byte[] series = new byte[USUAL_BYTES];

  private int seriesAt;
  private int objectSeriesAt;
  private boolean within = true;

  /** An encoder for events within these limits. */
  public EventEncoder(EventLimits limits) {
    this.limits = limits;
  }

  /**
   * Starts an event, behind so many bytes that are left to the caller.
   *
   * @param prefixBytes their number
   */
  public EventEncoder start(int prefixBytes) {
    ensure(prefixBytes);
    at = prefixBytes;
    prefix = prefixBytes;
    seriesAt = 0;
    objectSeriesAt = -1;
    within = true;
    return this;
  }

  /** The event's id, as a UUID's halves. */
  public EventEncoder id(long high, long low) {
    ensure(Varint.MAX_BYTES + UUID_CHARACTERS);
    at = Varint.put(bytes, at, UUID_CHARACTERS);
    hex(high >>> 32, 8);
    bytes[at++] = '-';
    hex(high >>> 16, 4);
    bytes[at++] = '-';
    hex(high, 4);
    bytes[at++] = '-';
    hex(low >>> 48, 4);
    bytes[at++] = '-';
    hex(low, 12);
    return this;
  }

  private void hex(long value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      bytes[at++] = HEX[(int) (value >>> shift) & 0xf];
    }
  }

  /** Its type. */
  public EventEncoder type(Text type) {
    shared(type);
    return this;
  }

  /** Its severity. */
  public EventEncoder severity(Severity severity) {
    ensure(Varint.MAX_BYTES);
    at = Varint.put(bytes, at, severity.ordinal());
    intoSeries(SYMBOLS[severity.ordinal()].utf8, 0, SYMBOLS[severity.ordinal()].utf8.length);
    return this;
  }

  /** Its source. */
  public EventEncoder source(Text node, Text component) {
    shared(node);
    shared(component);
    return this;
  }

  private void shared(Text text) {
    ensure(Varint.MAX_BYTES + text.utf8.length);
    at = Varint.put(bytes, at, text.utf8.length);
    System.arraycopy(text.utf8, 0, bytes, at, text.utf8.length);
    at += text.utf8.length;
    intoSeries(text.utf8, 0, text.utf8.length);
  }

  /** It is about nothing but its source. */
  public EventEncoder noObject() {
    ensure(1);
    bytes[at++] = 0;
    ensureSeries(Integer.BYTES);
    INT.set(series, seriesAt, -1);
    seriesAt += Integer.BYTES;
    return this;
  }

  /** What it is about. */
  public EventEncoder object(String kind, String namespace, String name, String uid) {
    ensure(1);
    bytes[at++] = 2;
    objectSeriesAt = seriesAt;
    requiredName(kind);
    name(namespace);
    requiredName(name);
    name(uid);
    return this;
  }

  private void requiredName(String text) {
    within &= !text.isEmpty();
    name(text);
  }

  private void name(String text) {
    int start = text(text, limits.nameCharacters(), true);
    intoSeries(bytes, start, at - start);
  }

  /** Its message. */
  public EventEncoder message(String message) {
    int start = text(message, limits.messageBytes(), false);
    within &= at - start <= limits.messageBytes();
    intoSeries(bytes, start, at - start);
    return this;
  }

  /** Its attributes: the first {@code count} of these, whose names all differ. */
  public EventEncoder attributes(String[] names, String[] values, int count) {
    within &= count <= limits.attributes();
    ensure(2 * Varint.MAX_BYTES);
    if (count > 0) {
      at = Varint.put(bytes, at, count);
      for (int i = 0; i < count; i++) {
        within &= !names[i].isEmpty();
        text(names[i], limits.nameCharacters(), true);
        int start = text(values[i], limits.attributeValueBytes(), false);
        within &= at - start <= limits.attributeValueBytes();
      }
    }
    ensure(1);
    bytes[at++] = 0;
    return this;
  }

  /** Its times and count; the event is complete with them. */
  public EventEncoder times(long firstMicros, long lastMicros, long count) {
    within &= count >= 1 && firstMicros <= lastMicros;
    ensure(3 * Varint.MAX_BYTES);
    at = Varint.put(bytes, at, firstMicros);
    at = Varint.put(bytes, at, lastMicros);
    at = Varint.put(bytes, at, count);
    within &= at - prefix <= limits.eventBytes();
    return this;
  }

  /** Whether everything given keeps the limits; if not, what was written must not be used. */
  public boolean isWithinLimits() {
    return within;
  }

  /** The prefix and the event; valid up to {@link #length}, until the next {@link #start}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the event ends in {@link #bytes}. */
  public int length() {
    return at;
  }

  /** Writes the {@link SeriesKey} into {@link #bytes}: 16 bytes, as it is on the wire. */
  public void putSeriesKey(int offset) {
    HashValue128 hash = HASHER.hashBytesTo128Bits(series, 0, seriesAt);
    putLong(offset, hash.getMostSignificantBits());
    putLong(offset + Long.BYTES, hash.getLeastSignificantBits());
  }

  /** Writes eight bytes, big-endian, into {@link #bytes}. */
  public void putLong(int offset, long value) {
    LONG.set(bytes, offset, value);
  }

  /** Writes four bytes, big-endian, into {@link #bytes}. */
  public void putInt(int offset, int value) {
    INT.set(bytes, offset, value);
  }

  /** Appends bytes behind the event. */
  public void append(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, bytes, at, more.length);
    at += more.length;
  }

  /** Appends the object's part of the record key behind the event: {@code kind/namespace/name}. */
  public void appendObjectKey() {
    int from = objectSeriesAt;
    ensure(seriesAt - objectSeriesAt);
    for (int part = 0; part < 3; part++) {
      int length = (int) INT.get(series, from);
      if (part > 0) {
        bytes[at++] = '/';
      }
      System.arraycopy(series, from + Integer.BYTES, bytes, at, length);
      at += length;
      from += Integer.BYTES + length;
    }
  }

  /**
   * Writes length and UTF-8; returns where the UTF-8 starts.
   *
   * @param most so many UTF-16 units: of what is longer, nothing is written
   */
  private int text(String text, int most, boolean isName) {
    int characters = text.length();
    if (characters > most) {
      within = false;
      return at;
    }
    ensure(Varint.MAX_BYTES + MAX_BYTES_PER_CHAR * characters);
    int start = Varint.put(bytes, at, characters);
    byte[] out = bytes;
    for (int i = 0; i < characters; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c == 0) {
        return unusualText(text, isName);
      }
      out[start + i] = (byte) c;
    }
    at = start + characters;
    return start;
  }

  private int unusualText(String text, boolean isName) {
    within &= !(isName && text.indexOf('\0') >= 0);
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        length += 4;
        i++;
      } else {
        within &= !Character.isSurrogate(c);
        length += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    int start = Varint.put(bytes, at, length);
    at = start;
    for (int i = 0; i < text.length(); i++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c) - 1;
      putUtf8(c);
    }
    return start;
  }

  private void putUtf8(int c) {
    if (c < 0x80) {
      bytes[at++] = (byte) c;
    } else if (c < 0x800) {
      bytes[at++] = (byte) (0xc0 | c >> 6);
      bytes[at++] = (byte) (0x80 | c & 0x3f);
    } else if (c < 0x10000) {
      bytes[at++] = (byte) (0xe0 | c >> 12);
      bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
      bytes[at++] = (byte) (0x80 | c & 0x3f);
    } else {
      bytes[at++] = (byte) (0xf0 | c >> 18);
      bytes[at++] = (byte) (0x80 | c >> 12 & 0x3f);
      bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
      bytes[at++] = (byte) (0x80 | c & 0x3f);
    }
  }

  private void intoSeries(byte[] from, int start, int length) {
    ensureSeries(Integer.BYTES + length);
    INT.set(series, seriesAt, length);
    System.arraycopy(from, start, series, seriesAt + Integer.BYTES, length);
    seriesAt += Integer.BYTES + length;
  }

  private void ensure(int more) {
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(at + more, 2 * bytes.length));
    }
  }

  private void ensureSeries(int more) {
    if (seriesAt + more > series.length) {
      series = Arrays.copyOf(series, Math.max(seriesAt + more, 2 * series.length));
    }
  }
}
