package dev.tidings.cli.top;

import java.util.stream.LongStream;

/** Numbers as a small picture: eighths of a block, as high as the greatest of them. */
final class Sparkline {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

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
