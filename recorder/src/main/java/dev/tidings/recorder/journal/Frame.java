package dev.tidings.recorder.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How one record lies in a segment. Little-endian; every frame starts at a multiple of eight.
 *
 * <pre>
 *  0        4        8                      8 + length, then zeros up to a multiple of 8
 *  +--------+--------+----------------------+
 *  | length | check  | payload              |
 *  +--------+--------+----------------------+
 *
 *  length   0                 nothing is here yet
 *           below 0           its negation is claimed, and being written
 *           above 0           written
 *           with bit 30 set   no record, but so many bytes to skip, this header included
 *  check    CRC-32C of the payload (of what is skipped: the number of bytes), mixed with the
 *           frame's position in the journal, so that what an earlier use of the segment left
 *           behind does not pass for a record
 * </pre>
 *
 * A writer claims, writes {@code -length}, then check and payload, and last {@code length}, in this
 * order. So a reader never sees half a record, and after a crash an unfinished one can be skipped.
 * The scheme is that of Agrona's and Aeron's log buffers.
 */
final class Frame {
  static final int HEADER_BYTES = 8;
  static final int CHECK_OFFSET = 4;
  static final int ALIGNMENT = 8;
  static final int SKIP = 1 << 30;

  private Frame() {}

  /** What a payload takes in a segment. */
  static int sizeOf(int payloadLength) {
    return (HEADER_BYTES + payloadLength + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static boolean isSkip(int length) {
    return length > 0 && (length & SKIP) != 0;
  }

  static int skipped(int length) {
    return length & ~SKIP;
  }

  static int crc(byte[] payload, int length) {
    CRC32C crc = new CRC32C();
    crc.update(payload, 0, length);
    return (int) crc.getValue();
  }

  static int crc(ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  /** The check of a payload with this CRC at this position. */
  static int check(int crc, long position) {
    long mixed = position * 0x9E3779B97F4A7C15L;
    return crc ^ (int) (mixed >>> 32);
  }
}
