package dev.tidings.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerSettingsTest {
  @TempDir Path directory;

  @Test
  void theBrokersAreEnough() throws IOException {
    Map<String, String> settings = of(Map.of());

    assertThat(settings)
        .containsEntry("group.id", "tidings-connect")
        .containsEntry("config.storage.topic", "tidings-connect-configs")
        .containsEntry("offset.storage.topic", "tidings-connect-offsets")
        .containsEntry("status.storage.topic", "tidings-connect-status")
        .containsEntry("consumer.isolation.level", "read_committed")
        .containsEntry("listeners", "http://127.0.0.1:8083");
    assertThat(new DistributedConfig(settings).groupId()).isEqualTo("tidings-connect");
  }

  @Test
  void theEnvironmentGoesBeforeTheFileAndTheFileBeforeOurs() throws IOException {
    Path file = directory.resolve("worker.properties");
    Files.writeString(file, "group.id=of-the-file\noffset.flush.interval.ms=1\nplugin.path=/a");

    Map<String, String> settings =
        WorkerSettings.of(
            new String[] {file.toString()},
            Map.of("KAFKA_BOOTSTRAP_SERVERS", "b:1", "KAFKA_PLUGIN_PATH", "/b"));

    assertThat(settings)
        .containsEntry("group.id", "of-the-file")
        .containsEntry("offset.flush.interval.ms", "1")
        .containsEntry("plugin.path", "/b");
  }

  @Test
  void theRegistryIsTheConverters() throws IOException {
    assertThat(of(Map.of("KAFKA_SCHEMA_REGISTRY_URL", "http://r")))
        .containsEntry("value.converter.schema.registry.url", "http://r")
        .doesNotContainKey("schema.registry.url");
    assertThat(
            of(
                Map.of(
                    "KAFKA_SCHEMA_REGISTRY_URL",
                    "http://r",
                    "KAFKA_VALUE_CONVERTER_SCHEMA_REGISTRY_URL",
                    "http://other")))
        .containsEntry("value.converter.schema.registry.url", "http://other");
  }

  @Test
  void connectorsReachKafkaAsTheWorkerDoes() throws IOException {
    Map<String, String> settings =
        of(
            Map.of(
                "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "KAFKA_SASL_JAAS_CONFIG", "secret",
                "KAFKA_SSL_TRUSTSTORE_TYPE", "PEM",
                "KAFKA_CONSUMER_SASL_JAAS_CONFIG", "another"));

    for (String client : new String[] {"", "producer.", "admin.", "consumer."}) {
      assertThat(settings)
          .containsEntry(client + "security.protocol", "SASL_SSL")
          .containsEntry(client + "ssl.truststore.type", "PEM");
    }
    assertThat(settings)
        .containsEntry("producer.sasl.jaas.config", "secret")
        .containsEntry("consumer.sasl.jaas.config", "another");
  }

  @Test
  void thePrefixNamesTheWorkersOwnTopics() throws IOException {
    assertThat(of(Map.of("TIDINGS_TOPIC_PREFIX", "prod")))
        .containsEntry("group.id", "prod-connect")
        .containsEntry("status.storage.topic", "prod-connect-status");
    assertThatThrownBy(() -> of(Map.of("TIDINGS_TOPIC_PREFIX", "a b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("TIDINGS_TOPIC_PREFIX");
  }

  @Test
  void secretsAreReadFromOneFolderOnly() throws IOException {
    assertThat(of(Map.of("TIDINGS_SECRETS", directory.toString())))
        .containsEntry("config.providers.secrets.param.allowed.paths", directory.toString());
    assertThat(of(Map.of("TIDINGS_SECRETS", directory.resolve("absent").toString())))
        .doesNotContainKey("config.providers");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> WorkerSettings.of(new String[0], Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("bootstrap.servers");
    assertThatThrownBy(() -> WorkerSettings.of(new String[] {"a", "b"}, Map.of()))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> WorkerSettings.of(new String[] {"/no/such/file"}, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such/file");
  }

  private static Map<String, String> of(Map<String, String> environment) throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("KAFKA_BOOTSTRAP_SERVERS", "broker:9092");
    return WorkerSettings.of(new String[0], all);
  }
}
