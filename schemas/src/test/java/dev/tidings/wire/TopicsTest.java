package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Protocol: "Topics". */
class TopicsTest {
  @Test
  void namesStartWithThePrefix() {
    Topics topics = new Topics("acme");

    assertThat(topics.recorded()).isEqualTo("acme.recorded");
    assertThat(topics.events()).isEqualTo("acme.events");
    assertThat(topics.batches()).isEqualTo("acme.batches");
    assertThat(topics.rejected()).isEqualTo("acme.rejected");
    assertThat(topics.typesSubject("cluster")).isEqualTo("acme-types-cluster");
  }

  @Test
  void aPrefixThatKafkaWouldRefuseIsRefusedHere() {
    assertThatThrownBy(() -> new Topics("no spaces"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'no spaces'");
    assertThatThrownBy(() -> new Topics("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDefaultsAreThoseOfTheProtocol() {
    Map<String, NewTopic> topics =
        PlatformTopics.defaults(Topics.DEFAULT).all().stream()
            .collect(Collectors.toMap(NewTopic::name, topic -> topic));

    assertThat(topics)
        .containsOnlyKeys(
            "tidings.recorded", "tidings.events", "tidings.batches", "tidings.rejected");
    assertThat(topics.get("tidings.recorded").numPartitions()).isEqualTo(6);
    assertThat(topics.get("tidings.recorded").configs())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "604800000")
        .containsEntry("message.timestamp.type", "LogAppendTime");
    assertThat(topics.get("tidings.events").configs())
        .containsEntry("cleanup.policy", "compact,delete");
    assertThat(topics.get("tidings.rejected").numPartitions()).isEqualTo(1);
    assertThat(topics.get("tidings.rejected").configs())
        .containsEntry("retention.ms", "1209600000");
  }
}
