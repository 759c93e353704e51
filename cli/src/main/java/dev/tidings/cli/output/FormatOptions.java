package dev.tidings.cli.output;

import picocli.CommandLine.Option;

/** How an answer is written. */
public final class FormatOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  /** How it is written. */
  public Format format() {
    return format;
  }
}
