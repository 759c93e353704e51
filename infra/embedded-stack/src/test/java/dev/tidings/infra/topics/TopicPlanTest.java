package dev.tidings.infra.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicPlanTest {
  private final List<NewTopic> wanted = PlatformTopics.defaults(Topics.DEFAULT).all();

  private Map<String, TopicPlan.Actual> asWanted() {
    Map<String, TopicPlan.Actual> actual = new HashMap<>();
    wanted.forEach(
        topic -> {
          Map<String, String> settings = new HashMap<>(topic.configs());
          settings.put("segment.ms", "1");
          actual.put(
              topic.name(),
              new TopicPlan.Actual(topic.numPartitions(), topic.replicationFactor(), settings));
        });
    return actual;
  }

  @Test
  void whatIsAsItShouldBeNeedsNothing() {
    Map<String, TopicPlan.Actual> actual = asWanted();
    // Kafka may list policies in another order.
    actual.get("tidings.events").settings().put("cleanup.policy", "delete,compact");
    assertThat(TopicPlan.compare(wanted, actual)).isEmpty();
  }

  @Test
  void missingOnesAreCreatedAndSettingsChanged() {
    Map<String, TopicPlan.Actual> actual = asWanted();
    actual.remove("tidings.rejected");
    actual.get("tidings.recorded").settings().put("message.timestamp.type", "CreateTime");
    assertThat(TopicPlan.compare(wanted, actual))
        .containsExactly(
            new TopicStep.Change(
                "tidings.recorded", "message.timestamp.type", "CreateTime", "LogAppendTime"),
            new TopicStep.Create(wanted.get(3)));
  }

  @Test
  void partitionsAndReplicasAreNotChangedInPlace() {
    Map<String, TopicPlan.Actual> actual = asWanted();
    actual.compute("tidings.events", (name, is) -> new TopicPlan.Actual(3, 2, is.settings()));
    assertThat(TopicPlan.compare(wanted, actual))
        .hasSize(2)
        .allSatisfy(
            step -> {
              assertThat(step).isInstanceOf(TopicStep.Cannot.class);
              assertThat(((TopicStep.Cannot) step).remedy()).isNotEmpty();
            });
  }
}
