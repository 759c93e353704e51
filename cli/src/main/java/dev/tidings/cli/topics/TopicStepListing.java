package dev.tidings.cli.topics;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Listing;
import dev.tidings.infra.topics.TopicStep;
import java.io.IOException;
import java.util.List;

/** How steps are shown. */
final class TopicStepListing {
  static final Listing<TopicStep> LISTING =
      new Listing<>(
          List.of(
              new Column<>("TOPIC", TopicStep::topic),
              new Column<>("STEP", TopicStepListing::name),
              new Column<>("WHAT", TopicStepListing::what),
              new Column<>("IS", TopicStepListing::is),
              new Column<>("SHOULD BE", TopicStepListing::wanted),
              new Column<>("REMARK", TopicStepListing::remark)),
          TopicStepListing::write);

  private TopicStepListing() {}

  private static String name(TopicStep step) {
    return step instanceof TopicStep.Create
        ? "create"
        : step instanceof TopicStep.Change ? "change" : "cannot change";
  }

  private static String what(TopicStep step) {
    return step instanceof TopicStep.Change change
        ? change.setting()
        : step instanceof TopicStep.Cannot cannot ? cannot.what() : "topic";
  }

  private static String is(TopicStep step) {
    return step instanceof TopicStep.Change change
        ? change.is()
        : step instanceof TopicStep.Cannot cannot ? cannot.is() : "missing";
  }

  private static String wanted(TopicStep step) {
    if (step instanceof TopicStep.Create create) {
      return "%d partitions, %d replicas"
          .formatted(create.wanted().numPartitions(), create.wanted().replicationFactor());
    }
    return step instanceof TopicStep.Change change
        ? change.wanted()
        : ((TopicStep.Cannot) step).wanted();
  }

  private static String remark(TopicStep step) {
    return step instanceof TopicStep.Cannot cannot ? cannot.remedy() : "";
  }

  private static void write(TopicStep step, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", step.topic());
    json.writeStringField("step", name(step));
    json.writeStringField("what", what(step));
    json.writeStringField("is", is(step));
    json.writeStringField("wanted", wanted(step));
    json.writeStringField("remark", remark(step));
    json.writeEndObject();
  }
}
