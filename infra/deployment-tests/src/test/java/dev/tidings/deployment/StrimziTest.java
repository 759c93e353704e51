package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class StrimziTest {
  private static final Path CONNECT = Resources.infra("strimzi/connect.yaml");
  private static final String DEAD_LETTERS = "tidings.writers.dead";

  private final Map<String, KafkaTopic> topics =
      Resources.inFile(Resources.infra("strimzi/topics.yaml"), KafkaTopic.class).stream()
          .collect(Collectors.toMap(topic -> topic.getMetadata().getName(), Function.identity()));

  @Test
  void theTopicsAreThePlatforms() {
    List<NewTopic> platform = PlatformTopics.defaults(Topics.DEFAULT).all();

    assertThat(topics).hasSize(platform.size() + 1).containsKey(DEAD_LETTERS);
    assertThat(platform)
        .allSatisfy(
            topic -> {
              KafkaTopic resource = topics.get(topic.name());
              assertThat(resource.getSpec().getPartitions()).isEqualTo(topic.numPartitions());
              assertThat(settings(resource.getSpec().getConfig()))
                  .containsAllEntriesOf(topic.configs());
            });
  }

  @Test
  void everyTopicOutlivesOneBroker() {
    assertThat(topics.values())
        .allSatisfy(
            topic -> {
              assertThat(topic.getSpec().getReplicas()).isEqualTo(3);
              assertThat(settings(topic.getSpec().getConfig()))
                  .containsEntry("min.insync.replicas", "2");
            });
  }

  @Test
  void theWorkersUseWhatTheirRoleMayUse() {
    KafkaConnect connect = Resources.inFile(CONNECT, KafkaConnect.class).get(0);

    assertThat(connect.getSpec().getGroupId()).isEqualTo("tidings-connect");
    assertThat(
            List.of(
                connect.getSpec().getConfigStorageTopic(),
                connect.getSpec().getOffsetStorageTopic(),
                connect.getSpec().getStatusStorageTopic()))
        .allMatch(topic -> topic.startsWith("tidings-connect-"));
    assertThat(settings(connect.getSpec().getConfig()))
        .containsEntry("consumer.isolation.level", "read_committed");
  }

  @Test
  void theConnectorsAreOursAndTakeTheirSettings() throws Exception {
    for (KafkaConnector resource : Resources.inFile(CONNECT, KafkaConnector.class)) {
      Map<String, String> settings = settings(resource.getSpec().getConfig());
      assertThat(resource.getMetadata().getName()).startsWith("tidings-");
      assertThat(settings).containsEntry("errors.deadletterqueue.topic.name", DEAD_LETTERS);
      assertThat(Connectors.problems(resource.getSpec().getClassName(), settings))
          .as(resource.getMetadata().getName())
          .isEmpty();
    }
  }

  @Test
  void whatStrimziDoesNotKnowIsFound() {
    ObjectNode topic =
        (ObjectNode)
            Resources.documents(Resources.text(Resources.infra("strimzi/topics.yaml"))).get(0);
    ((ObjectNode) topic.path("spec")).put("replica", 3);

    assertThatThrownBy(() -> Resources.strict(topic)).hasMessageContaining("replica");
  }

  private static Map<String, String> settings(Map<String, Object> config) {
    Map<String, String> settings = new TreeMap<>();
    config.forEach((name, value) -> settings.put(name, value.toString()));
    return settings;
  }
}
