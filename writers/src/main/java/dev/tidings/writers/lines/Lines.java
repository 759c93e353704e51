package dev.tidings.writers.lines;

import dev.tidings.writers.encoded.TextBuffer;
import java.io.IOException;

/** Where lines go. One thread at a time. */
interface Lines extends AutoCloseable {

  /** Writes whole lines. When it throws, all of them are there or none, and to be written again. */
  void write(TextBuffer lines) throws IOException;

  /** Returns when they are where a crash of the machine leaves them alone. */
  void force() throws IOException;

  @Override
  void close();
}
