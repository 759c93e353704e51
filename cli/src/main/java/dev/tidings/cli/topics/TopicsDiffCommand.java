package dev.tidings.cli.topics;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.infra.topics.TopicStep;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;

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
final class TopicsDiffCommand extends TopicStepsCommand {
  @Override
  protected boolean isDone(TopicStep step, Admin admin, AdminAnswers answers) {
    return false;
  }
}
