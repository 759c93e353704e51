package dev.tidings.cli.point;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which part of a log is read: all of it, unless something is said. */
public final class RangeOptions {
  @Option(
      names = "--from",
      paramLabel = "POINT",
      defaultValue = "beginning",
      converter = LogPoint.Converter.class,
      description =
          "The first records: an offset (in each partition), a time, a duration before now, a"
              + " resource version, or beginning. Default: ${DEFAULT-VALUE}.")
  private @Nullable LogPoint from;

  @Option(
      names = "--to",
      paramLabel = "POINT",
      defaultValue = "now",
      converter = LogPoint.Converter.class,
      description = "Ends before these. Default: ${DEFAULT-VALUE}, as the command begins.")
  private @Nullable LogPoint to;

  /** The first records. */
  public LogPoint from() {
    return Objects.requireNonNull(from, "has a default");
  }

  /** Before which records it ends. */
  public LogPoint to() {
    return Objects.requireNonNull(to, "has a default");
  }

  /**
   * Makes sure that it is no range that ends before it begins.
   *
   * @throws CommandLine.ParameterException if it is
   */
  public void check(CommandLine command) {
    LogPoint.requireOrder(command, from(), to());
  }

  /** Whether it is all there is. */
  public boolean isEverything() {
    return from().text().equals("beginning") && to().text().equals("now");
  }
}
