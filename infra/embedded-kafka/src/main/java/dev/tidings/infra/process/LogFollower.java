package dev.tidings.infra.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the complete lines of a growing file, from a position on. For one thread. */
final class LogFollower implements AutoCloseable {

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int LONGEST_LINE_BYTES = 64 * 1024;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String lastLine = "";

  LogFollower(Path path, long position) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.READ);
    file.position(position);
  }

  /** The next line that is wanted among those complete by now; empty if there is none yet. */
  Optional<String> next(Predicate<String> wanted) throws IOException {
    while (true) {
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b != '\n') {
          // What is longer is matched by its beginning.
          if (line.size() < LONGEST_LINE_BYTES) {
            line.write(b);
          }
          continue;
        }
        String complete = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!complete.isBlank()) {
          lastLine = complete;
        }
        if (wanted.test(complete)) {
          return Optional.of(complete);
        }
      }
      buffer.clear();
      int read = file.read(buffer);
      buffer.flip();
      if (read <= 0) {
        return Optional.empty();
      }
    }
  }

  /** The last line seen that was not blank. */
  String lastLine() {
    return lastLine;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
