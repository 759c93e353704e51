package dev.tidings.cli.topics;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the topics as they should be. */
@Command(
    name = "apply",
    description =
        "Creates topics that are missing and changes settings that differ; shows what it did. What"
            + " cannot be changed in place is shown and left, with exit code 1.",
    footer = {
      "",
      "Examples:",
      "  tidings topics apply --partitions 12 --replication 3",
      "  tidings topics apply --retention 14d"
    })
final class TopicsApplyCommand extends ClientCommand {
  @Mixin private final TopicOptions options = new TopicOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  @Override
  protected int run(PrintWriter out, PrintWriter err) {
    Connection connection = connection();
    try (Admin admin = connection.openAdmin()) {
      AdminAnswers answers = new AdminAnswers(connection);
      PlatformState state = PlatformState.ask(connection, admin);
      List<TopicStep> steps =
          TopicPlan.compare(options.wanted(connection.topics(), state), state.topics());
      steps.forEach(step -> apply(step, admin, answers));
      TopicStepListing.LISTING.write(Terminal.ofProcess(), out, output.format(), steps);
      return steps.stream().anyMatch(TopicStep.Cannot.class::isInstance)
          ? ExitCode.INCOMPLETE
          : ExitCode.OK;
    }
  }

  private static void apply(TopicStep step, Admin admin, AdminAnswers answers) {
    if (step instanceof TopicStep.Create create) {
      answers.get(admin.createTopics(List.of(create.wanted())).all());
    } else if (step instanceof TopicStep.Change change) {
      AlterConfigOp set =
          new AlterConfigOp(
              new ConfigEntry(change.setting(), change.wanted()), AlterConfigOp.OpType.SET);
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, change.topic());
      answers.get(admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all());
    }
  }
}
