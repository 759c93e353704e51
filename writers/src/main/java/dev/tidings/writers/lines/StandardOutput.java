package dev.tidings.writers.lines;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The worker's standard output, which is left open. */
final class StandardOutput implements Lines {
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  @Override
  public void write(List<String> lines) throws IOException {
    if (!lines.isEmpty()) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void force() {}

  @Override
  public void close() {}
}
