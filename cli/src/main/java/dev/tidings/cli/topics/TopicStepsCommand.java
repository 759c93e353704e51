package dev.tidings.cli.topics;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.infra.topics.TopicPlan;
import dev.tidings.infra.topics.TopicStep;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Mixin;

/** Compares the topics with how they should be, and does something about it, or nothing. */
abstract class TopicStepsCommand extends ClientCommand {
  @Mixin private final TopicOptions options = new TopicOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  /**
   * Does one of the steps, if it can be done.
   *
   * @return whether the topics are then, in this, as they should be
   */
  protected abstract boolean isDone(TopicStep step, Admin admin, AdminAnswers answers);

  @Override
  protected final int run(PrintWriter out, PrintWriter err) {
    Connection connection = connection();
    try (Admin admin = connection.openAdmin()) {
      AdminAnswers answers = new AdminAnswers(connection);
      PlatformState state = PlatformState.ask(connection, admin);
      List<TopicStep> steps =
          TopicPlan.compare(options.wanted(connection.topics(), state), state.topics());
      boolean allDone = true;
      for (TopicStep step : steps) {
        allDone &= isDone(step, admin, answers);
      }
      TopicStepListing.LISTING.write(Terminal.ofProcess(), out, output.format(), steps);
      if (steps.isEmpty()) {
        err.println("tidings: the topics are as they should be");
      }
      return allDone ? ExitCode.OK : ExitCode.INCOMPLETE;
    }
  }
}
