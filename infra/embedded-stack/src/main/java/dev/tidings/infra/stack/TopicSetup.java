package dev.tidings.infra.stack;

import dev.tidings.infra.process.StartException;
import dev.tidings.infra.topics.TopicPlan;
import dev.tidings.infra.topics.TopicStep;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are missing; those that are there are compared and left as they are. */
final class TopicSetup {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Admin admin;

  TopicSetup(Admin admin) {
    this.admin = admin;
  }

  /**
   * @return one line for each topic that was there with other settings
   */
  List<String> apply(Collection<NewTopic> topics) {
    Set<String> created =
        topics.stream().filter(this::create).map(NewTopic::name).collect(Collectors.toSet());
    List<NewTopic> existing =
        topics.stream().filter(topic -> !created.contains(topic.name())).toList();
    return existing.isEmpty() ? List.of() : differences(existing);
  }

  private boolean create(NewTopic topic) {
    try {
      get(admin.createTopics(List.of(topic)).all());
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  private List<String> differences(List<NewTopic> topics) {
    List<String> names = topics.stream().map(NewTopic::name).toList();
    Map<String, TopicDescription> found = get(admin.describeTopics(names).allTopicNames());
    Map<ConfigResource, Config> configs =
        get(
            admin
                .describeConfigs(
                    names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
    Map<String, TopicPlan.Actual> actual = new HashMap<>();
    found.forEach(
        (name, description) -> {
          Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
          if (config != null) {
            actual.put(name, TopicPlan.Actual.of(description, config));
          }
        });
    return TopicPlan.compare(topics, actual).stream().map(TopicSetup::difference).toList();
  }

  private static String difference(TopicStep step) {
    if (step instanceof TopicStep.Change change) {
      return "Topic %s has %s=%s instead of %s: left as it is"
          .formatted(change.topic(), change.setting(), change.is(), change.wanted());
    }
    return step instanceof TopicStep.Cannot cannot
        ? "Topic %s has %s %s instead of %s: left as it is"
            .formatted(cannot.topic(), cannot.is(), cannot.what(), cannot.wanted())
        : "Topic %s is gone again".formatted(step.topic());
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      throw new StartException("The topics could not be created: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new StartException(
          "The topics could not be created within %d s".formatted(LIMIT.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted while creating the topics", e);
    }
  }
}
