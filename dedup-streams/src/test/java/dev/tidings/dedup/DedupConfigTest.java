package dev.tidings.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.SeriesFields;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupConfigTest {
  private static final Map<String, String> NEEDED =
      Map.of("bootstrap.servers", "broker:9092", "schema.registry.url", "http://registry:8081");

  @Test
  void theDefaultsAreThoseOfTheProtocol() {
    DedupConfig config = DedupConfig.of(NEEDED);
    Properties streams = config.streams();

    assertThat(config.topics().recorded()).isEqualTo("tidings.recorded");
    assertThat(config.settings().batches().interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.settings().batches().maxEntries()).isEqualTo(500);
    assertThat(config.settings().batches().maxBytes()).isEqualTo(512 * 1024);
    assertThat(streams)
        .containsEntry("application.id", "tidings-dedup")
        .containsEntry("processing.guarantee", "exactly_once_v2");
  }

  @Test
  void kafkasOwnSettingsArePassedOn() {
    assertThat(DedupConfig.of(with("num.stream.threads", "3")).streams())
        .containsEntry("num.stream.threads", "3")
        .containsEntry("bootstrap.servers", "broker:9092");
  }

  @Test
  void whatIsWrongIsSaidByItsName() {
    assertWrong(Map.of("bootstrap.servers", "b:1"), "schema.registry.url");
    assertWrong(Map.of("schema.registry.url", "http://r"), "bootstrap.servers");
    assertWrong(with("tidings.dedup.interval.ms", "0"), "tidings.dedup.interval.ms");
    assertWrong(with("tidings.batch.interval.ms", "soon"), "tidings.batch.interval.ms");
    assertWrong(with("tidings.batch.max.bytes", "2000000"), "tidings.batch.max.bytes");
    assertWrong(with("tidings.topic.prefix", "no spaces"), "tidings.topic.prefix");
  }

  @Test
  void theEnvironmentGoesBeforeTheFile(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("dedup.properties"),
            """
        tidings.batch.interval.ms=1
        state.dir=/state
        """);

    assertThat(
            Environment.settings(
                file,
                Map.of(
                    "TIDINGS_BATCH_INTERVAL_MS", "2",
                    "KAFKA_BOOTSTRAP_SERVERS", "b:1",
                    "TIDINGS_HOME", "/not/a/setting")))
        .containsOnly(
            Map.entry("tidings.batch.interval.ms", "2"),
            Map.entry("state.dir", "/state"),
            Map.entry("bootstrap.servers", "b:1"));
  }

  @Test
  void typesHaveTheirOwnRules() {
    Map<String, String> settings = with("tidings.dedup.types", "disk, down");
    settings.put("tidings.dedup.types.disk.match", "disk.*");
    settings.put("tidings.dedup.types.disk.interval.ms", "1000");
    settings.put("tidings.dedup.types.down.match", "*.Down");
    settings.put("tidings.dedup.types.down.fields", "type, object, template");
    RuleBook rules = DedupConfig.of(settings).settings().rules();

    assertThat(rules.of("disk.Down").interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(rules.of("disk.Down").fields()).isEqualTo(SeriesFields.ALL);
    assertThat(rules.of("net.Down").interval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(rules.of("net.Down").fields())
        .isEqualTo(SeriesFields.parse(List.of("object", "template")));

    settings.put("tidings.dedup.types.down.fields", "colour");
    assertWrong(settings, "tidings.dedup.types.down.fields");
    settings.remove("tidings.dedup.types.disk.match");
    assertWrong(settings, "tidings.dedup.types.disk.match");
    assertWrong(with("tidings.dedup.fields", "message, template"), "tidings.dedup.fields");
    assertWrong(with("tidings.store", "paper"), "tidings.store");
    assertWrong(with("tidings.storm.messages", "-1"), "tidings.storm.messages");
  }

  @Test
  void theEnvironmentHasRulesOfTypesToo() throws IOException {
    assertThat(
            Environment.settings(
                null, Map.of("TIDINGS_DEDUP_TYPES", "a", "TIDINGS_DEDUP_TYPES_A_MATCH", "disk.*")))
        .containsEntry("tidings.dedup.types.a.match", "disk.*");
  }

  @Test
  void describesTheTopologyWithoutStartingIt() {
    StringWriter out = new StringWriter();
    int code =
        Main.run(
            new String[] {"--describe"},
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "nowhere:1",
                "KAFKA_SCHEMA_REGISTRY_URL", "http://nowhere:1"),
            new PrintWriter(out),
            new PrintWriter(System.err));

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("Topologies:")
        .contains("tidings.recorded")
        .contains("tidings.batches");
  }

  @Test
  void describingChecksWhatKafkaAndTheRegistryAreTold() {
    for (String wrong :
        List.of("KAFKA_PROCESSING_GUARANTEE=exactly_once", "TIDINGS_REGISTRY=foo")) {
      Map<String, String> environment = new HashMap<>();
      environment.put("TIDINGS_BOOTSTRAP_SERVERS", "nowhere:1");
      environment.put("TIDINGS_REGISTRY", "http://nowhere:1");
      environment.put(wrong.split("=")[0], wrong.split("=")[1]);
      StringWriter err = new StringWriter();

      assertThat(run(environment, err, "--describe")).as(wrong).isEqualTo(2);
      assertThat(err.toString()).contains(wrong.split("=")[1]);
    }
  }

  @Test
  void whatIsMisspeltIsNotTakenForItsDefault() {
    assertWrong(with("tidings.batch.intervall.ms", "7"), "did you mean tidings.batch.interval.ms?");
    Map<String, String> rule = with("tidings.dedup.types", "disk");
    rule.put("tidings.dedup.types.disk.match", "disk.*");
    rule.put("tidings.dedup.types.disk.intervall.ms", "7");
    assertWrong(rule, "did you mean tidings.dedup.types.disk.interval.ms?");
  }

  /** Kubernetes adds variables of its own for a service that is called tidings-dedup. */
  @Test
  void whatIsMisspeltInTheEnvironmentIsNotPassedOverEither() throws IOException {
    assertThat(
            Environment.settings(
                null,
                Map.of(
                    "TIDINGS_BATCH_INTERVALL_MS", "7",
                    "TIDINGS_HOME", "/home/me",
                    "TIDINGS_DEDUP_PORT", "tcp://10.0.0.1:80",
                    "TIDINGS_DEDUP_SERVICE_HOST", "10.0.0.1")))
        .containsOnlyKeys("tidings.batch.intervall.ms");
  }

  @Test
  void wrongCallsHaveTheirExitCode() {
    StringWriter err = new StringWriter();
    assertThat(run(Map.of(), err)).isEqualTo(2);
    assertThat(run(Map.of(), err, "/no/such/file")).isEqualTo(2);
    assertThat(run(Map.of(), err, "one", "two")).isEqualTo(2);
    assertThat(run(Map.of(), err, "--descrbe")).isEqualTo(2);
    assertThat(err.toString())
        .contains("/no/such/file")
        .contains("'two'")
        .contains("--descrbe")
        .contains("see --help");
    assertThat(run(Map.of(), err, "--help")).isZero();
    assertThat(run(Map.of(), err, "--settings")).isZero();
  }

  @Test
  void brokersOfNoHostAreNotThere() {
    StringWriter err = new StringWriter();
    int code =
        run(
            Map.of(
                "TIDINGS_BOOTSTRAP_SERVERS", "no-such-host.invalid:9",
                "TIDINGS_REGISTRY", "http://127.0.0.1:1"),
            err);

    assertThat(code).isEqualTo(3);
    assertThat(err.toString()).contains("no-such-host.invalid:9").contains("bootstrap.servers");
  }

  private static int run(Map<String, String> environment, StringWriter err, String... args) {
    return Main.run(
        args, environment, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
  }

  private static void assertWrong(Map<String, String> settings, String name) {
    assertThatThrownBy(() -> DedupConfig.of(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name);
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> settings = new HashMap<>(NEEDED);
    settings.put(name, value);
    return settings;
  }
}
