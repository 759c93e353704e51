package dev.tidings.wire;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The platform's topics with the settings that their meaning needs.
 *
 * @param topics their names
 * @param partitions of the recorded, events and batches topics, which all have the same number
 * @param replication replicas of each partition
 * @param retention of the recorded, events and batches topics
 * @param rejectedRetention of the rejected topic
 */
public record PlatformTopics(
    Topics topics,
    int partitions,
    short replication,
    Duration retention,
    Duration rejectedRetention) {

  /**
   * @throws IllegalArgumentException if a number or a duration is not positive
   */
  public PlatformTopics {
    if (partitions < 1 || replication < 1) {
      throw new IllegalArgumentException("partitions and replication must be at least 1");
    }
    if (retention.toMillis() < 1 || rejectedRetention.toMillis() < 1) {
      throw new IllegalArgumentException("retention must be positive");
    }
  }

  /** The defaults, which are for one broker: 6 partitions, 1 replica, 7 and 14 days. */
  public static PlatformTopics defaults(Topics topics) {
    return new PlatformTopics(topics, 6, (short) 1, Duration.ofDays(7), Duration.ofDays(14));
  }

  /** The same topics with another number of partitions. */
  public PlatformTopics withPartitions(int partitions) {
    return new PlatformTopics(topics, partitions, replication, retention, rejectedRetention);
  }

  /** Topics of another platform, set up alike. */
  public PlatformTopics withTopics(Topics topics) {
    return new PlatformTopics(topics, partitions, replication, retention, rejectedRetention);
  }

  /** All four, ready to be created. */
  public List<NewTopic> all() {
    return List.of(recorded(), events(), batches(), rejected());
  }

  /**
   * Stamped by the broker: the times of what happened are in the values, and an old one must never
   * make Kafka delete a record early.
   */
  private NewTopic recorded() {
    return topic(
        topics.recorded(),
        partitions,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(retention),
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime"));
  }

  private NewTopic events() {
    return topic(
        topics.events(),
        partitions,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(retention),
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime"));
  }

  private NewTopic batches() {
    return topic(
        topics.batches(),
        partitions,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(retention),
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime"));
  }

  /**
   * Takes whatever was recorded, so its limit is well above the largest record a broker accepts.
   */
  private NewTopic rejected() {
    return topic(
        topics.rejected(),
        1,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(rejectedRetention),
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            "2097152",
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime"));
  }

  private NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, partitions, replication).configs(settings);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
