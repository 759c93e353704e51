package dev.tidings.wire;

/** Avro's variable-length integers: zig-zag, seven bits a byte, least significant first. */
final class Varint {
  /** The most bytes that one takes. */
  static final int MAX_BYTES = 10;

  private Varint() {}

  /** Writes a value; returns the offset behind it. */
  static int put(byte[] out, int offset, long value) {
    long raw = (value << 1) ^ (value >> 63);
    int next = offset;
    while ((raw & ~0x7fL) != 0) {
      out[next++] = (byte) (raw | 0x80);
      raw >>>= 7;
    }
    out[next++] = (byte) raw;
    return next;
  }
}
