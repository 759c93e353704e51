package dev.tidings.writers.lines;

import java.io.IOException;
import java.util.List;

/** Where lines go. One thread. */
interface Lines extends AutoCloseable {

  /** Writes all of them or, when it throws, none. */
  void write(List<String> lines) throws IOException;

  /** Returns when they are where a crash of the machine leaves them alone. */
  void force() throws IOException;

  @Override
  void close();
}
