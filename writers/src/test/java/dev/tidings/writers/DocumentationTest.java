package dev.tidings.writers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;

/** What the page for users shows can be used as it is. */
class DocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "writers.md");
  private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<Map<String, String>> examples() throws Exception {
    List<Map<String, String>> examples = new ArrayList<>();
    for (Matcher found = EXAMPLE.matcher(Files.readString(PAGE)); found.find(); ) {
      examples.add(JSON.readValue(found.group(1), new TypeReference<>() {}));
    }
    return examples;
  }

  @Test
  void everySinkHasAFullExample() throws Exception {
    assertThat(examples())
        .extracting(example -> example.get("connector.class").replaceAll(".*\\.", ""))
        .containsExactlyInAnyOrder(
            "SyslogSinkConnector",
            "StoreSinkConnector",
            "WebhookSinkConnector",
            "LinesSinkConnector");
  }

  @Test
  void everySettingOfAnExampleIsOneAndHasAValueThatItTakes() throws Exception {
    for (Map<String, String> example : examples()) {
      SinkConnector connector =
          (SinkConnector)
              Class.forName(example.get("connector.class")).getDeclaredConstructor().newInstance();

      assertThat(connector.config().validate(example))
          .as("%s", example)
          .flatExtracting(ConfigValue::errorMessages)
          .isEmpty();
      assertThat(example.keySet())
          .allMatch(
              name ->
                  connector.config().names().contains(name)
                      || SinkConnectorConfig.configDef().names().contains(name)
                      || name.startsWith("value.converter.")
                      || name.startsWith("consumer.override."));
    }
  }
}
