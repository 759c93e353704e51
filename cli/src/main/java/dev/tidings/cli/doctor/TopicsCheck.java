package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.topics.PlatformState;
import dev.tidings.infra.topics.TopicPlan;
import dev.tidings.infra.topics.TopicStep;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** Whether the topics are there, with the settings that their meaning needs. */
record TopicsCheck(Connection connection, Admin admin) implements Check {

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public List<Finding> run() {
    PlatformState state = PlatformState.ask(connection, admin);
    List<Finding> findings = new ArrayList<>();
    for (TopicStep step :
        TopicPlan.compare(
            PlatformState.asTheyShouldBe(connection.topics(), state), state.topics())) {
      findings.add(finding(step));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(name(), "all four are there, with the right settings"));
    }
    return findings;
  }

  private Finding finding(TopicStep step) {
    if (step instanceof TopicStep.Create) {
      return Finding.failure(
          name(), "%s is missing".formatted(step.topic()), "tidings topics apply");
    }
    if (step instanceof TopicStep.Change change) {
      return Finding.failure(
          name(),
          "%s has %s=%s instead of %s"
              .formatted(change.topic(), change.setting(), change.is(), change.wanted()),
          "tidings topics apply");
    }
    TopicStep.Cannot cannot = (TopicStep.Cannot) step;
    return Finding.failure(
        name(),
        "%s has %s %s instead of %s"
            .formatted(cannot.topic(), cannot.is(), cannot.what(), cannot.wanted()),
        cannot.remedy());
  }
}
