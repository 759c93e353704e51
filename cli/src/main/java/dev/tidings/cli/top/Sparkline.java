package dev.tidings.cli.top;

import dev.tidings.cli.output.Terminal;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Numbers as a small picture: eighths of a block, as high as the greatest of them. */
final class Sparkline {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  // Beside it are a name and numbers.
  private static final int REST_OF_LINE = 50;
  private static final int FEWEST = 8;

  /** As many of the last values as have room on a terminal. */
  static String of(long[] values, Terminal terminal) {
    int most = Math.max(FEWEST, terminal.columns() - REST_OF_LINE);
    int from = Math.max(0, values.length - most);
    return of(Arrays.copyOfRange(values, from, values.length));
  }

  /** One character for each; a space for nothing. */
  static String of(long[] values) {
    long greatest = LongStream.of(values).max().orElse(0);
    StringBuilder line = new StringBuilder(values.length);
    for (long value : values) {
      if (value <= 0) {
        line.append(' ');
      } else {
        double share = (double) value / greatest;
        line.append(BLOCKS.charAt((int) Math.ceil(share * BLOCKS.length()) - 1));
      }
    }
    return line.toString();
  }
}
