package dev.tidings.cli.topics;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import dev.tidings.infra.topics.TopicPlan;
import dev.tidings.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The platform's topics as they are.
 *
 * @param topics those that exist, by name
 * @param brokers how many there are
 */
public record PlatformState(Map<String, TopicPlan.Actual> topics, int brokers) {

  /**
   * Asks Kafka.
   *
   * @throws org.apache.kafka.common.KafkaException if it refuses
   */
  public static PlatformState ask(Connection connection, Admin admin) {
    AdminAnswers answers = new AdminAnswers(connection);
    int brokers = answers.get(admin.describeCluster().nodes()).size();
    Map<String, TopicPlan.Actual> found = new HashMap<>();
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        admin.describeTopics(connection.topics().all()).topicNameValues();
    descriptions.forEach(
        (name, asked) -> {
          try {
            found.put(name, TopicPlan.Actual.of(answers.get(asked), config(answers, admin, name)));
          } catch (UnknownTopicOrPartitionException e) {
            // It is not there: that is what is asked.
            return;
          }
        });
    return new PlatformState(found, brokers);
  }

  /** The topics as they should be, with the partitions, replicas and retention that they have. */
  public static List<NewTopic> asTheyShouldBe(Topics topics, PlatformState state) {
    return new TopicOptions().wanted(topics, state);
  }

  private static Config config(AdminAnswers answers, Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return answers.get(admin.describeConfigs(List.of(resource)).all(), resource);
  }
}
