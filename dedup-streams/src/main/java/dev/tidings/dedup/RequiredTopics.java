package dev.tidings.dedup;

import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics that must be there before the topology starts: created by it, they would have the
 * broker's settings and not the platform's.
 */
final class RequiredTopics {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private RequiredTopics() {}

  /**
   * @return how large their records may be
   * @throws DedupStartException if one is missing, or the outputs have other partitions than the
   *     input
   */
  static TopicLimits check(Map<String, ?> settings, Topics topics) {
    List<String> names =
        List.of(topics.recorded(), topics.events(), topics.batches(), topics.rejected());
    try (Admin admin =
        Admin.create(
            Map.copyOf(
                settings.entrySet().stream()
                    .filter(setting -> AdminClientConfig.configNames().contains(setting.getKey()))
                    .collect(
                        java.util.stream.Collectors.toMap(
                            Map.Entry::getKey, Map.Entry::getValue))))) {
      Map<String, TopicDescription> found =
          admin.describeTopics(names).allTopicNames().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      requireSamePartitions(topics, found);
      return TopicLimits.of(admin, topics, LIMIT);
    } catch (ExecutionException e) {
      throw failure(names, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw failure(names, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DedupStartException("Interrupted while looking for the topics", e);
    }
  }

  private static DedupStartException failure(List<String> names, Throwable cause) {
    if (cause instanceof UnknownTopicOrPartitionException) {
      return new DedupStartException(
          "Topics are missing: create %s first ('tidings up' does so for its own broker)"
              .formatted(String.join(", ", names)),
          cause);
    }
    return new DedupStartException(
        "Kafka does not answer: start it or correct bootstrap.servers (%s)"
            .formatted(cause.getMessage()),
        cause);
  }

  private static void requireSamePartitions(Topics topics, Map<String, TopicDescription> found) {
    int partitions = partitions(found, topics.recorded());
    for (String output : List.of(topics.events(), topics.batches())) {
      if (partitions(found, output) != partitions) {
        throw new DedupStartException(
            "Topic %s has %d partitions and %s has %d: they must have as many"
                .formatted(output, partitions(found, output), topics.recorded(), partitions));
      }
    }
  }

  private static int partitions(Map<String, TopicDescription> found, String topic) {
    TopicDescription description = found.get(topic);
    if (description == null) {
      throw new DedupStartException("Topic %s is missing: create it first".formatted(topic));
    }
    return description.partitions().size();
  }
}
