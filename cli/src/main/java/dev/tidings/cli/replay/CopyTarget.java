package dev.tidings.cli.replay;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topic that copies go into.
 *
 * @param name of it
 * @param stampsItself whether it gives records the time of their arrival
 * @param remarks what the person should know
 */
record CopyTarget(String name, boolean stampsItself, List<String> remarks) {

  /**
   * Makes sure that a topic can take the copies.
   *
   * @param source which is there
   * @throws CommandException if it is the source, belongs to the platform, or is not there
   */
  static CopyTarget check(Connection connection, String source, String target) {
    refuseLoops(connection.topics(), source, target);
    connection.requireTopics("create it first", List.of(target));
    try (Admin admin = connection.openAdmin()) {
      AdminAnswers answers = new AdminAnswers(connection);
      Map<String, KafkaFuture<TopicDescription>> found =
          admin.describeTopics(List.of(source, target)).topicNameValues();
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, target);
      return of(
          answers.get(found, source),
          answers.get(found, target),
          answers.get(admin.describeConfigs(List.of(resource)).all(), resource));
    }
  }

  private static void refuseLoops(Topics topics, String source, String target) {
    if (source.equals(target)) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s cannot be replayed into itself: name another topic".formatted(source));
    }
    if (target.equals(topics.recorded()) && source.equals(topics.rejected())) {
      throw new CommandException(
          ExitCode.USAGE, "To send again what was rejected, use 'tidings rejected --retry'");
    }
    if (topics.all().contains(target)) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s is the platform's own, and what is replayed into it would be counted again: name a"
                  .formatted(target)
              + " topic of your own, or of another --prefix");
    }
  }

  private static CopyTarget of(TopicDescription source, TopicDescription target, Config config) {
    List<String> remarks = new ArrayList<>();
    boolean stamps =
        "LogAppendTime".equals(value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
    if (stamps) {
      remarks.add(
          "%s stamps records when they come (message.timestamp.type=LogAppendTime): Kafka's time of"
                  .formatted(target.name())
              + " the copies is now; the times in the values stay");
    }
    if (source.partitions().size() != target.partitions().size()) {
      remarks.add(
          "%s has %d partitions, %s has %d: keys keep their order, but are in other partitions"
              .formatted(
                  source.name(),
                  source.partitions().size(),
                  target.name(),
                  target.partitions().size()));
    }
    String retention = value(config, TopicConfig.RETENTION_MS_CONFIG);
    if (!stamps && !retention.equals("-1") && retention.matches("\\d+")) {
      remarks.add(
          "%s deletes what is older than %s, by the original times (--new-times gives the copies"
                  .formatted(target.name(), Duration.ofMillis(Long.parseLong(retention)))
              + " the time of now)");
    }
    return new CopyTarget(target.name(), stamps, remarks);
  }

  private static String value(Config config, String name) {
    String value = config.get(name) == null ? null : config.get(name).value();
    return value == null ? "" : value;
  }
}
