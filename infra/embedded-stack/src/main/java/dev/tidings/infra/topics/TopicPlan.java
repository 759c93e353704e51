package dev.tidings.infra.topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/** Compares topics as they should be with those there are. Stateless. */
public final class TopicPlan {
  private static final String PARTITIONS_REMEDY =
      "keys would move to other partitions and lose their order: create a platform with another"
          + " --prefix and so many partitions, and move over to it";
  private static final String REPLICAS_REMEDY = "reassign them with kafka-reassign-partitions";

  private TopicPlan() {}

  /**
   * A topic as it is.
   *
   * @param settings all of them, also those that nobody set
   */
  public record Actual(int partitions, int replication, Map<String, String> settings) {

    /** As Kafka describes it. */
    public static Actual of(TopicDescription description, Config config) {
      Map<String, String> settings = new HashMap<>();
      config
          .entries()
          .forEach(
              entry -> settings.put(entry.name(), Objects.requireNonNullElse(entry.value(), "")));
      return new Actual(
          description.partitions().size(),
          description.partitions().get(0).replicas().size(),
          settings);
    }
  }

  /** What is to be done, topic by topic; empty if all is as it should be. */
  public static List<TopicStep> compare(List<NewTopic> wanted, Map<String, Actual> actual) {
    List<TopicStep> steps = new ArrayList<>();
    for (NewTopic topic : wanted) {
      Actual found = actual.get(topic.name());
      if (found == null) {
        steps.add(new TopicStep.Create(topic));
      } else {
        compare(topic, found, steps);
      }
    }
    return steps;
  }

  private static void compare(NewTopic wanted, Actual actual, List<TopicStep> steps) {
    String topic = wanted.name();
    if (wanted.numPartitions() != actual.partitions()) {
      steps.add(
          new TopicStep.Cannot(
              topic,
              "partitions",
              Integer.toString(actual.partitions()),
              Integer.toString(wanted.numPartitions()),
              PARTITIONS_REMEDY));
    }
    if (wanted.replicationFactor() != actual.replication()) {
      steps.add(
          new TopicStep.Cannot(
              topic,
              "replicas",
              Integer.toString(actual.replication()),
              Integer.toString(wanted.replicationFactor()),
              REPLICAS_REMEDY));
    }
    new TreeMap<>(wanted.configs())
        .forEach(
            (setting, value) -> {
              String is = actual.settings().getOrDefault(setting, "");
              if (!isSame(is, value)) {
                steps.add(new TopicStep.Change(topic, setting, is, value));
              }
            });
  }

  // Lists of policies have no order.
  private static boolean isSame(String one, String other) {
    return List.of(one.split(",")).stream()
        .sorted()
        .toList()
        .equals(List.of(other.split(",")).stream().sorted().toList());
  }
}
