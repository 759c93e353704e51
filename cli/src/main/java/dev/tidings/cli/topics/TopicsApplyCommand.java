package dev.tidings.cli.topics;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.infra.topics.TopicStep;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;

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
final class TopicsApplyCommand extends TopicStepsCommand {
  @Override
  protected boolean isDone(TopicStep step, Admin admin, AdminAnswers answers) {
    if (step instanceof TopicStep.Create create) {
      answers.get(admin.createTopics(List.of(create.wanted())).all());
    } else if (step instanceof TopicStep.Change change) {
      AlterConfigOp set =
          new AlterConfigOp(
              new ConfigEntry(change.setting(), change.wanted()), AlterConfigOp.OpType.SET);
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, change.topic());
      answers.get(admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all());
    }
    return !(step instanceof TopicStep.Cannot);
  }
}
