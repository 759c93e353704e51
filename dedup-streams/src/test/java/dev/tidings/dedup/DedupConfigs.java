package dev.tidings.dedup;

import java.util.Map;
import java.util.Properties;

/** Settings for tests that have no broker. */
public final class DedupConfigs {
  private DedupConfigs() {}

  /** As the application would hand them to Kafka Streams. */
  public static Properties streams() {
    return DedupConfig.of(
            Map.of("bootstrap.servers", "nowhere:1", "schema.registry.url", "mock://unused"))
        .streams();
  }
}
