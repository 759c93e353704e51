package dev.tidings.cli.events;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka says about a topic.
 *
 * @param cluster id of the cluster it is in
 * @param id another one after the topic was created again
 * @param retention how long records are kept; null for ever, or if we are not allowed to know
 * @param tombstonesKept how long deletions are
 */
record TopicFacts(
    String topic,
    String cluster,
    Uuid id,
    int partitions,
    @Nullable Duration retention,
    Duration tombstonesKept) {
  private static final Duration USUAL_TOMBSTONES = Duration.ofDays(1);

  /**
   * Asks.
   *
   * @throws CommandException if there is no such topic, or Kafka does not answer
   */
  static TopicFacts ask(Connection connection, String topic) {
    try (Admin admin = connection.openAdmin()) {
      AdminAnswers answers = new AdminAnswers(connection);
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      KafkaFuture<Map<String, TopicDescription>> description =
          admin.describeTopics(List.of(topic)).allTopicNames();
      KafkaFuture<String> cluster = admin.describeCluster().clusterId();
      KafkaFuture<Map<ConfigResource, Config>> config =
          admin.describeConfigs(List.of(resource)).all();
      TopicDescription described = answers.get(description, topic);
      return new TopicFacts(
          topic,
          answers.get(cluster),
          described.topicId(),
          described.partitions().size(),
          retention(answers, config, resource),
          tombstonesKept(answers, config, resource));
    } catch (UnknownTopicOrPartitionException e) {
      throw new CommandException(
          ExitCode.UNREACHABLE,
          "Kafka at %s has no topic %s: create the topics, or correct --prefix"
              .formatted(connection.bootstrapServers(), topic),
          e);
    }
  }

  private static @Nullable Duration retention(
      AdminAnswers answers,
      KafkaFuture<Map<ConfigResource, Config>> config,
      ConfigResource resource) {
    String policy = value(answers, config, resource, TopicConfig.CLEANUP_POLICY_CONFIG);
    String millis = value(answers, config, resource, TopicConfig.RETENTION_MS_CONFIG);
    return policy == null
            || millis == null
            || !policy.contains(TopicConfig.CLEANUP_POLICY_DELETE)
            || millis.equals("-1")
        ? null
        : Duration.ofMillis(Long.parseLong(millis));
  }

  private static Duration tombstonesKept(
      AdminAnswers answers,
      KafkaFuture<Map<ConfigResource, Config>> config,
      ConfigResource resource) {
    String millis = value(answers, config, resource, TopicConfig.DELETE_RETENTION_MS_CONFIG);
    return millis == null ? USUAL_TOMBSTONES : Duration.ofMillis(Long.parseLong(millis));
  }

  private static @Nullable String value(
      AdminAnswers answers,
      KafkaFuture<Map<ConfigResource, Config>> asked,
      ConfigResource resource,
      String name) {
    try {
      Config config = answers.get(asked).get(resource);
      return config == null || config.get(name) == null ? null : config.get(name).value();
    } catch (AuthorizationException e) {
      // Whoever may read a topic need not be allowed to read its settings.
      return null;
    }
  }

  /** All of them. */
  List<TopicPartition> topicPartitions() {
    List<TopicPartition> all = new ArrayList<>(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      all.add(new TopicPartition(topic, partition));
    }
    return all;
  }
}
