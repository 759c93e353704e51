package dev.tidings.benchmarks.recorder;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many calls of {@code record()} each thread has begun, and how many have returned: in a mapped
 * file, which outlives the process.
 */
final class CallTally {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_THREADS = 16;

  private final ByteBuffer counts;

  private CallTally(ByteBuffer counts) {
    this.counts = counts;
  }

  static CallTally open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new CallTally(channel.map(MapMode.READ_WRITE, 0, 2L * MAX_THREADS * Long.BYTES));
    }
  }

  void begun(int thread, long calls) {
    LONG.setVolatile(counts, 2 * thread * Long.BYTES, calls);
  }

  void returned(int thread, long calls) {
    LONG.setVolatile(counts, (2 * thread + 1) * Long.BYTES, calls);
  }

  long begun(int thread) {
    return (long) LONG.getVolatile(counts, 2 * thread * Long.BYTES);
  }

  long returned(int thread) {
    return (long) LONG.getVolatile(counts, (2 * thread + 1) * Long.BYTES);
  }
}
