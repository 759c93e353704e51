package dev.tidings.infra.stack;

/** What the stack trace of a failed task of Kafka Connect says to people. Stateless. */
public final class TaskTrace {
  private static final String CAUSED_BY = "Caused by: ";

  private TaskTrace() {}

  /**
   * The message of the last cause, without the name of its class: the first says only that a task
   * has ended.
   */
  public static String reason(String trace) {
    String cause =
        trace
            .lines()
            .filter(line -> line.startsWith(CAUSED_BY))
            .reduce((first, second) -> second)
            .orElseGet(() -> trace.lines().findFirst().orElse("no reason given"));
    String line = cause.startsWith(CAUSED_BY) ? cause.substring(CAUSED_BY.length()) : cause;
    int colon = line.indexOf(": ");
    boolean isClass = colon > 0 && line.substring(0, colon).matches("[\\w.$]+");
    return isClass ? line.substring(colon + 2) : line;
  }
}
