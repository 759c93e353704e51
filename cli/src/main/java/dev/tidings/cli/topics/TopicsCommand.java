package dev.tidings.cli.topics;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The platform's topics: its subcommands do the work. */
@Command(
    name = "topics",
    description = "Compares and creates the platform's topics.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TopicsDiffCommand.class, TopicsApplyCommand.class})
public final class TopicsCommand {
  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  /** For picocli. */
  public TopicsCommand() {}
}
