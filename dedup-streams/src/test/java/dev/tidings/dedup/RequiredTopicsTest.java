package dev.tidings.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class RequiredTopicsTest {
  private static final String EVENTS = Topics.DEFAULT.events();

  @Test
  void saysWhatWorksButNotAsItShould() {
    assertThat(warnings("delete,compact", "LogAppendTime")).isEmpty();
    assertThat(warnings("delete", "CreateTime"))
        .containsExactly(
            "Topic tidings.events has cleanup.policy=delete: it should be compact,delete",
            "Topic tidings.events has message.timestamp.type=CreateTime: it should be LogAppendTime");
  }

  private static List<String> warnings(String cleanup, String timestamps) {
    Config config =
        new Config(
            List.of(
                new ConfigEntry("cleanup.policy", cleanup),
                new ConfigEntry("message.timestamp.type", timestamps)));
    return RequiredTopics.warnings(Topics.DEFAULT, Map.of(RequiredTopics.resource(EVENTS), config));
  }
}
