package dev.tidings.wire;

import java.nio.ByteBuffer;

/**
 * The registry wire format that every Kafka tool reads:
 *
 * <pre>
 *  0        1               5
 *  +--------+---------------+----------------
 *  | 0      | schema id, BE | Avro binary …
 *  +--------+---------------+----------------
 * </pre>
 *
 * Source: Confluent, "Schema Registry wire format".
 */
public final class WireFormat {
  /** The first byte of every value. */
  public static final byte MAGIC = 0;

  /** Bytes before the Avro binary. */
  public static final int HEADER_LENGTH = 1 + Integer.BYTES;

  private static final int ID_OFFSET = 1;

  private WireFormat() {}

  /** The Avro binary {@code body} behind the header for {@code schemaId}. */
  public static byte[] frame(int schemaId, byte[] body) {
    return ByteBuffer.allocate(HEADER_LENGTH + body.length)
        .put(MAGIC)
        .putInt(schemaId)
        .put(body)
        .array();
  }

  /** Writes the header for {@code schemaId} over the first bytes of a value. */
  public static void putHeader(byte[] value, int schemaId) {
    ByteBuffer.wrap(value).put(MAGIC).putInt(schemaId);
  }

  /**
   * The schema id of a value.
   *
   * @throws MalformedValueException if the value does not start with the header
   */
  public static int schemaId(byte[] value) {
    if (value.length < HEADER_LENGTH) {
      throw new MalformedValueException(
          "value of %d bytes is too short for the registry wire format".formatted(value.length));
    }
    if (value[0] != MAGIC) {
      throw new MalformedValueException(
          "value starts with byte 0x%02x, not with the 0x00 of the registry wire format"
              .formatted(value[0]));
    }
    return ByteBuffer.wrap(value).getInt(ID_OFFSET);
  }
}
