package dev.tidings.writers.lines;

import dev.tidings.writers.encoded.TextBuffer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** The worker's standard output, which is left open. */
final class StandardOutput implements Lines {
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  @Override
  public void write(TextBuffer lines) throws IOException {
    lines.writeTo(out);
  }

  @Override
  public void force() {}

  @Override
  public void close() {}
}
