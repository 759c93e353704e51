package dev.tidings.benchmarks.frame;

import java.util.Locale;

/**
 * A figure that must be reached. Ratios and counts only: times of one machine say nothing on
 * another.
 *
 * @param name with its direction's unit, such as {@code e2e.latency.p50.vs_transactional}
 * @param figure what was measured
 * @param needed what it takes
 * @param direction on which side of that is enough
 */
public record Target(String name, double figure, double needed, Direction direction) {

  /** On which side of the needed figure is enough. */
  public enum Direction {
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Direction(String sign) {
      this.sign = sign;
    }
  }

  /** A target for what should be small. */
  public static Target atMost(String name, double figure, double needed) {
    return new Target(name, figure, needed, Direction.AT_MOST);
  }

  /** A target for what should be large. */
  public static Target atLeast(String name, double figure, double needed) {
    return new Target(name, figure, needed, Direction.AT_LEAST);
  }

  /** Whether it was reached; a figure that is no number was not. */
  public boolean isReached() {
    return direction == Direction.AT_MOST ? figure <= needed : figure >= needed;
  }

  /** {@code TARGET <name> <figure> <needed> PASS|SHORT}. */
  public String line() {
    return "TARGET %s %s %s%s %s"
        .formatted(
            name, number(figure), direction.sign, number(needed), isReached() ? "PASS" : "SHORT");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
