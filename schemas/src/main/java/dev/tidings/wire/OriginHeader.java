package dev.tidings.wire;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The header {@value #NAME}: where a record comes from, so that a retransmission is not taken for a
 * repetition.
 *
 * <pre>
 *  0              16                 24
 *  +--------------+------------------+
 *  | recorder id  | journal position |   big-endian
 *  +--------------+------------------+
 * </pre>
 *
 * @param recorderId the recorder's journal
 * @param position of the record in that journal; rises from record to record
 */
public record OriginHeader(UUID recorderId, long position) {
  /** The header's name. */
  public static final String NAME = "tidings-origin";

  /** The header's length in bytes. */
  public static final int LENGTH = 3 * Long.BYTES;

  /** The header's bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(recorderId.getMostSignificantBits())
        .putLong(recorderId.getLeastSignificantBits())
        .putLong(position)
        .array();
  }

  /**
   * @throws MalformedValueException if the bytes are no such header
   */
  public static OriginHeader parse(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new MalformedValueException(
          "header %s has %d bytes, not %d".formatted(NAME, bytes.length, LENGTH));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new OriginHeader(new UUID(in.getLong(), in.getLong()), in.getLong());
  }
}
