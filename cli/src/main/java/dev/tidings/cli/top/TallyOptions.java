package dev.tidings.cli.top;

import java.util.List;
import picocli.CommandLine.Option;

/** By what is counted, and how much of it is shown. */
final class TallyOptions {
  @Option(
      names = "--by",
      split = ",",
      paramLabel = "WHAT",
      defaultValue = "severity,type,source",
      description = "${COMPLETION-CANDIDATES}; several, with commas. Default: ${DEFAULT-VALUE}.")
  private List<Dimension> dimensions =
      List.of(Dimension.severity, Dimension.type, Dimension.source);

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "10",
      description = "The N most frequent of each. Default: ${DEFAULT-VALUE}.")
  private int most = 10;

  List<Dimension> dimensions() {
    return dimensions;
  }

  /**
   * How it is written.
   *
   * @param withEvents whether it was counted how many events are new
   */
  TallyText text(boolean withEvents) {
    return new TallyText(dimensions, Math.max(1, most), withEvents);
  }
}
