package dev.tidings.cli.output;

import dev.tidings.cli.filter.Durations;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How events are shown, and how long one may wait for them. */
public final class OutputOptions {
  @Mixin private final FormatOptions format = new FormatOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DUR",
      defaultValue = "60s",
      converter = Durations.class,
      description = "How long to wait. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(60);

  /** How they are written. */
  public Format format() {
    return format.format();
  }

  /** How long loading, settling and the like may take. */
  public Duration timeout() {
    return timeout;
  }
}
