package dev.tidings.cli.output;

import org.jspecify.annotations.Nullable;

/**
 * Where standard output goes.
 *
 * @param isTerminal whether a person looks at it
 * @param columns how wide it is; as wide as needed if it is no terminal
 * @param colours whether to use them
 */
public record Terminal(boolean isTerminal, int columns, boolean colours) {
  private static final int USUAL_COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 40;
  private static final int USUAL_ROWS = 24;
  private static final int FEWEST_ROWS = 5;

  /** That of this process: the launcher knows what a JVM cannot find out. */
  public static Terminal ofProcess() {
    boolean terminal = Boolean.getBoolean("tidings.stdout.tty");
    if (!terminal) {
      return new Terminal(false, Integer.MAX_VALUE, false);
    }
    String noColour = System.getenv("NO_COLOR");
    return new Terminal(
        true,
        columns(System.getenv("COLUMNS"), System.getProperty("tidings.columns")),
        noColour == null || noColour.isEmpty());
  }

  /** A line as it fits, cut with an ellipsis if it is longer; whole if this is no terminal. */
  public String fit(String line) {
    return isTerminal ? Cells.fit(line, columns) : line;
  }

  /** Whether a person types at standard input. */
  public static boolean isInputTerminal() {
    return Boolean.getBoolean("tidings.stdin.tty");
  }

  /** Whether a person looks at standard error. */
  public static boolean isErrorTerminal() {
    return Boolean.getBoolean("tidings.stderr.tty");
  }

  /** How many lines it has. */
  public static int rows() {
    for (String candidate :
        new String[] {System.getenv("LINES"), System.getProperty("tidings.rows")}) {
      if (candidate != null && candidate.matches("[1-9]\\d{0,4}")) {
        return Math.max(FEWEST_ROWS, Integer.parseInt(candidate));
      }
    }
    return USUAL_ROWS;
  }

  private static int columns(@Nullable String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null && candidate.matches("[1-9]\\d{0,4}")) {
        return Math.max(FEWEST_COLUMNS, Integer.parseInt(candidate));
      }
    }
    return USUAL_COLUMNS;
  }
}
