package dev.tidings.dedup;

import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that must be there before the topology starts: created by it, they would have the
 * broker's settings and not the platform's.
 */
final class RequiredTopics {
  private static final Logger LOG = LoggerFactory.getLogger(RequiredTopics.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private RequiredTopics() {}

  /**
   * @return how large their records may be
   * @throws DedupStartException if one is missing, or the outputs have other partitions than the
   *     input
   */
  static TopicLimits check(Map<String, ?> settings, Topics topics) {
    List<String> names = topics.all();
    String brokers = String.valueOf(settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    try (Admin admin = Admin.create(adminSettings(settings))) {
      Map<String, TopicDescription> found =
          admin.describeTopics(names).allTopicNames().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      requireSamePartitions(topics, found);
      Map<ConfigResource, Config> configs = outputs(admin, topics);
      warnings(topics, configs).forEach(LOG::warn);
      return TopicLimits.of(configs, topics);
    } catch (ExecutionException e) {
      throw failure(names, brokers, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw failure(names, brokers, e);
    } catch (KafkaException e) {
      throw failure(names, brokers, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DedupStartException("Interrupted while looking for the topics", e);
    }
  }

  private static Map<ConfigResource, Config> outputs(Admin admin, Topics topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .describeConfigs(List.of(resource(topics.events()), resource(topics.batches())))
        .all()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** What works, but not as it should: one line each. */
  static List<String> warnings(Topics topics, Map<ConfigResource, Config> configs) {
    List<String> warnings = new ArrayList<>();
    for (NewTopic wanted : PlatformTopics.defaults(topics).all()) {
      Config config = configs.get(resource(wanted.name()));
      for (String name :
          List.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)) {
        ConfigEntry entry = config == null ? null : config.get(name);
        String value = wanted.configs().get(name);
        if (entry != null && !values(entry.value()).equals(values(value))) {
          warnings.add(
              "Topic %s has %s=%s: it should be %s"
                  .formatted(wanted.name(), name, entry.value(), value));
        }
      }
    }
    return warnings;
  }

  /** In any order. */
  private static Set<String> values(@Nullable String list) {
    return list == null ? Set.of() : Set.of(list.split(","));
  }

  /** With the settings that an admin client knows: it warns about any other. */
  private static Map<String, Object> adminSettings(Map<String, ?> settings) {
    Map<String, Object> admin = new HashMap<>(settings);
    admin.keySet().retainAll(AdminClientConfig.configNames());
    return admin;
  }

  private static DedupStartException failure(List<String> names, String brokers, Throwable cause) {
    if (cause instanceof UnknownTopicOrPartitionException) {
      return new DedupStartException(
          "Topics are missing: create %s first, as docs/dedup.md says"
              .formatted(String.join(", ", names)),
          cause);
    }
    String reason =
        cause instanceof TimeoutException
            ? "no answer within %d s".formatted(LIMIT.toSeconds())
            : cause.getMessage();
    return new DedupStartException(
        "Kafka at %s cannot be used (%s): start it, or correct bootstrap.servers"
            .formatted(brokers, reason),
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
