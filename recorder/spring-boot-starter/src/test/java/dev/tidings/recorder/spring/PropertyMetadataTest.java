package dev.tidings.recorder.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What editors show while somebody types the properties. */
class PropertyMetadataTest {
  @Test
  @SuppressWarnings("unchecked")
  void everyPropertyIsThereAndDescribed() throws IOException {
    List<Map<String, Object>> properties = (List<Map<String, Object>>) read("properties");

    assertThat(properties)
        .extracting(property -> property.get("name").toString())
        .contains(
            "tidings.recorder.bootstrap-servers",
            "tidings.recorder.journal.max-size",
            "tidings.recorder.kafka",
            "tidings.recorder.spam-filter.burst",
            "management.health.tidings-recorder.enabled");
    assertThat(properties)
        .allSatisfy(
            property ->
                assertThat((String) property.get("description"))
                    .as(property.get("name").toString())
                    .isNotBlank()
                    .endsWith("."));
  }

  private static Object read(String key) throws IOException {
    try (InputStream metadata =
        RecorderProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      assertThat(metadata).isNotNull();
      return new ObjectMapper().readValue(metadata, Map.class).get(key);
    }
  }
}
