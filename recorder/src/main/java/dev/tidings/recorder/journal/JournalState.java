package dev.tidings.recorder.journal;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What is known of a journal besides its records, in a mapped file.
 *
 * <pre>
 *  0           8             24             32       36       40
 *  +-----------+-------------+--------------+--------+--------+---------------------+
 *  | "TIDSTAT1"| journal id  | acknowledged | format | length | destination, UTF-8  |
 *  +-----------+-------------+--------------+--------+--------+---------------------+
 * </pre>
 *
 * Little-endian.
 */
final class JournalState {
  static final String FILE = "state";
  private static final long MAGIC = 0x3154_4154_5344_4954L;
  private static final int SIZE = 4096;
  private static final int ID_OFFSET = 8;
  private static final int ACKNOWLEDGED_OFFSET = 24;
  private static final int FORMAT_OFFSET = 32;
  private static final int LENGTH_OFFSET = 36;
  private static final int DESTINATION_OFFSET = 40;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;

  private JournalState(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  static JournalState create(Path directory, UUID journal, String destination, int format)
      throws IOException {
    byte[] text = destination.getBytes(StandardCharsets.UTF_8);
    if (text.length > SIZE - DESTINATION_OFFSET) {
      throw new JournalException("The destination's name is too long: " + destination);
    }
    try (FileChannel channel = OwnerOnly.createNew(directory.resolve(FILE))) {
      // Written, so that a full disk fails here and not when a mapped page is touched.
      channel.write(ByteBuffer.allocate(SIZE));
      JournalState state = new JournalState(channel.map(MapMode.READ_WRITE, 0, SIZE));
      state.bytes.putLong(ID_OFFSET, journal.getMostSignificantBits());
      state.bytes.putLong(ID_OFFSET + Long.BYTES, journal.getLeastSignificantBits());
      state.bytes.putInt(FORMAT_OFFSET, format);
      state.bytes.putInt(LENGTH_OFFSET, text.length);
      state.bytes.put(DESTINATION_OFFSET, text);
      VarHandle.releaseFence();
      state.bytes.putLong(0, MAGIC);
      return state;
    }
  }

  /**
   * @throws JournalException if the file is none of ours
   */
  static JournalState open(Path directory) throws IOException {
    try (FileChannel channel = OwnerOnly.open(directory.resolve(FILE))) {
      if (channel.size() != SIZE) {
        throw new JournalException(
            "%s has %,d bytes, not %,d".formatted(directory.resolve(FILE), channel.size(), SIZE));
      }
      JournalState state = new JournalState(channel.map(MapMode.READ_WRITE, 0, SIZE));
      if (state.bytes.getLong(0) != MAGIC) {
        throw new JournalException(directory.resolve(FILE) + " does not belong to a journal");
      }
      int length = state.bytes.getInt(LENGTH_OFFSET);
      if (length < 0 || length > SIZE - DESTINATION_OFFSET) {
        throw new JournalException(directory.resolve(FILE) + " is damaged");
      }
      return state;
    }
  }

  UUID journal() {
    return new UUID(bytes.getLong(ID_OFFSET), bytes.getLong(ID_OFFSET + Long.BYTES));
  }

  int format() {
    return bytes.getInt(FORMAT_OFFSET);
  }

  String destination() {
    byte[] text = new byte[bytes.getInt(LENGTH_OFFSET)];
    bytes.get(DESTINATION_OFFSET, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  long acknowledged() {
    return (long) LONG.getOpaque(bytes, ACKNOWLEDGED_OFFSET);
  }

  /** One aligned store: after a crash it is the old position or the new one. */
  void acknowledge(long position) {
    LONG.setOpaque(bytes, ACKNOWLEDGED_OFFSET, position);
  }
}
