package dev.tidings.cli.topics;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows in what the topics are not as they should be. */
@Command(
    name = "diff",
    description =
        "Shows in what the topics are not as they should be; exit code 1 if there is anything.",
    footer = {
      "",
      "Examples:",
      "  tidings topics diff",
      "  tidings topics diff --partitions 12 --retention 14d -o jsonl"
    })
final class TopicsDiffCommand extends ClientCommand {
  @Mixin private final TopicOptions options = new TopicOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  @Override
  protected int run(PrintWriter out, PrintWriter err) {
    Connection connection = connection();
    try (Admin admin = connection.openAdmin()) {
      PlatformState state = PlatformState.ask(connection, admin);
      List<TopicStep> steps =
          TopicPlan.compare(options.wanted(connection.topics(), state), state.topics());
      TopicStepListing.LISTING.write(Terminal.ofProcess(), out, output.format(), steps);
      return steps.isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
    }
  }
}
