package dev.tidings.event.identity;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What two occurrences must share to be repeats of one another: a 128-bit hash of type, severity,
 * source, object and message.
 *
 * <p>It is XXH3-128 (seed 0) of these fields in this order, each as its length in bytes (four
 * bytes, big-endian) and its UTF-8:
 *
 * <pre>
 *  type, severity symbol, node, component,
 *  kind, namespace, name, uid     or, without an object, the four bytes FF FF FF FF,
 *  message
 * </pre>
 *
 * @param high the more significant half
 * @param low the less significant half
 */
public record SeriesKey(long high, long low) {
  /** The key's length in bytes. */
  public static final int LENGTH = 2 * Long.BYTES;

  private static final int NO_OBJECT = -1;
  private static final int FIELDS = 9;

  /** The series that an event belongs to when all of its fields count. */
  public static SeriesKey of(Event event) {
    return of(
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        event.getMessage());
  }

  /** The series of these fields. */
  public static SeriesKey of(
      String type,
      Severity severity,
      Source source,
      @Nullable ObjectReference object,
      String message) {
    byte[][] fields = new byte[FIELDS][];
    int count = 0;
    fields[count++] = utf8(type);
    fields[count++] = utf8(severity.name());
    fields[count++] = utf8(source.getNode());
    fields[count++] = utf8(source.getComponent());
    if (object != null) {
      fields[count++] = utf8(object.getKind());
      fields[count++] = utf8(object.getNamespace());
      fields[count++] = utf8(object.getName());
      fields[count++] = utf8(object.getUid());
    }
    byte[] messageBytes = utf8(message);

    int length = Integer.BYTES + messageBytes.length + (object == null ? Integer.BYTES : 0);
    for (int i = 0; i < count; i++) {
      length += Integer.BYTES + fields[i].length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (int i = 0; i < count; i++) {
      out.putInt(fields[i].length).put(fields[i]);
    }
    if (object == null) {
      out.putInt(NO_OBJECT);
    }
    out.putInt(messageBytes.length).put(messageBytes);
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(out.array());
    return new SeriesKey(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }

  /** The key as it is on the wire: 16 bytes, big-endian. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
  }

  /**
   * The key that {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if there are not exactly 16 bytes
   */
  public static SeriesKey fromBytes(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "A series key has %d bytes, not %d".formatted(LENGTH, bytes.length));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new SeriesKey(in.getLong(), in.getLong());
  }

  /** Hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
