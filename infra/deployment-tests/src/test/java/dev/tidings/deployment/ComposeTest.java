package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeTest {
  private static final Path FOLDER = Resources.infra("compose");
  private static final String DEAD_LETTERS = "tidings.writers.dead";

  /** It ends when it has done its work. */
  private static final String ONCE = "topics";

  private final JsonNode services =
      Resources.document(FOLDER.resolve("compose.yaml")).path("services");

  @TempDir Path directory;

  @Test
  void theWholePlatformIsThere() {
    assertThat(names())
        .containsExactlyInAnyOrder(
            "kafka",
            "topics",
            "registry",
            "dedup",
            "connect",
            "postgres",
            "syslog",
            "prometheus",
            "grafana");
  }

  @Test
  void nothingIsReachableFromElsewhere() {
    List<String> ports =
        services.findParents("ports").stream()
            .flatMap(service -> texts(service.path("ports")))
            .toList();

    assertThat(ports).isNotEmpty().allMatch(port -> port.startsWith("127.0.0.1:"));
    assertThat(services.findValues("network_mode")).isEmpty();
    assertThat(services.findValues("privileged")).isEmpty();
  }

  @Test
  void everyImageHasAVersion() {
    assertThat(services.findValuesAsText("image"))
        .hasSize(names().size())
        .allMatch(image -> image.matches(".+:(v?\\d[\\d.]*|\\$\\{TIDINGS_VERSION:-.+})"));
  }

  @Test
  void everyServiceSaysHowItIsAndWaitsForThoseItNeeds() {
    for (String name : names()) {
      JsonNode service = services.path(name);
      assertThat(name.equals(ONCE) || service.at("/healthcheck/test").isArray()).as(name).isTrue();
      service
          .path("depends_on")
          .properties()
          .forEach(
              needed ->
                  assertThat(needed.getValue().path("condition").asText())
                      .as("%s needs %s", name, needed.getKey())
                      .isEqualTo(
                          needed.getKey().equals(ONCE)
                              ? "service_completed_successfully"
                              : "service_healthy"));
      assertThat(names()).containsAll(fields(service.path("depends_on")));
    }
  }

  @Test
  void oursAreLockedDown() {
    for (String name : List.of("dedup", "connect")) {
      // Merge keys are Compose's to resolve.
      assertThat(Resources.text(FOLDER.resolve("compose.yaml")))
          .contains("  %s:\n    <<: *ours\n".formatted(name));
    }
    JsonNode ours = Resources.document(FOLDER.resolve("compose.yaml")).path("x-ours");
    assertThat(ours.path("read_only").asBoolean()).isTrue();
    assertThat(texts(ours.path("cap_drop"))).containsExactly("ALL");
  }

  @Test
  void everyFileMountedIsThere() {
    Set<String> mounted = new HashSet<>();
    services.findParents("volumes").stream()
        .flatMap(service -> texts(service.path("volumes")))
        .map(volume -> volume.split(":")[0])
        .filter(source -> source.startsWith("."))
        .forEach(mounted::add);

    assertThat(mounted)
        .isNotEmpty()
        .allSatisfy(source -> assertThat(FOLDER.resolve(source)).exists());
  }

  @Test
  void theConnectorsTakeTheirSettings() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER.resolve("connectors"))) {
      List<Path> connectors = files.toList();
      assertThat(connectors).hasSize(2);
      for (Path file : connectors) {
        Map<String, String> settings = new HashMap<>();
        new JsonMapper()
            .readTree(Resources.text(file))
            .properties()
            .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
        assertThat(Connectors.problems(settings.get("connector.class"), settings))
            .as(file.toString())
            .isEmpty();
      }
    }
  }

  @Test
  void theTopicsAreThePlatforms() throws Exception {
    Map<String, Map<String, String>> created = createdTopics();

    assertThat(created).containsKey(DEAD_LETTERS);
    assertThat(created).hasSize(5);
    for (NewTopic topic : PlatformTopics.defaults(Topics.DEFAULT).all()) {
      Map<String, String> wanted = new TreeMap<>(topic.configs());
      wanted.put("partitions", Integer.toString(topic.numPartitions()));
      wanted.put("replication-factor", Short.toString(topic.replicationFactor()));
      assertThat(created.get(topic.name())).as(topic.name()).isEqualTo(wanted);
    }
  }

  /** Runs the script with a program in the place of Kafka's that writes down how it is called. */
  private Map<String, Map<String, String>> createdTopics() throws Exception {
    Path calls = directory.resolve("calls");
    Path program = directory.resolve("kafka-topics");
    Files.writeString(program, "#!/bin/bash\necho \"$*\" >>%s\n".formatted(calls));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ProcessBuilder script =
        new ProcessBuilder("bash", FOLDER.resolve("topics.sh").toString(), "kafka:9092");
    script.environment().put("KAFKA_TOPICS", program.toString());
    assertThat(script.inheritIO().start().waitFor()).isZero();

    Map<String, Map<String, String>> topics = new TreeMap<>();
    for (String call : Files.readAllLines(calls)) {
      assertThat(call).startsWith("--bootstrap-server kafka:9092 --create --if-not-exists ");
      Map<String, String> settings = new TreeMap<>();
      String[] words = call.split(" ");
      String name = "";
      for (int i = 4; i < words.length; i++) {
        if (words[i].startsWith("--config=")) {
          String[] setting = words[i].substring("--config=".length()).split("=", 2);
          settings.put(setting[0], setting[1]);
        } else if (words[i].equals("--topic")) {
          name = words[++i];
        } else {
          settings.put(words[i].substring(2), words[++i]);
        }
      }
      topics.put(name, settings);
    }
    return topics;
  }

  @Test
  void prometheusScrapesTheServices() throws Exception {
    Path configuration = FOLDER.resolve("prometheus.yaml");
    Set<String> targets = new HashSet<>();
    Resources.document(configuration)
        .findValues("targets")
        .forEach(list -> texts(list).forEach(targets::add));

    assertThat(targets)
        .containsExactlyInAnyOrder(
            "dedup:" + services.at("/dedup/environment/TIDINGS_HTTP_PORT").asText(),
            "connect:" + services.at("/connect/environment/TIDINGS_METRICS_PORT").asText());
    Promtool.assertSuccess("check", "config", "--syntax-only", configuration.toString());
  }

  @Test
  void composeTakesIt() throws Exception {
    assumeTrue(
        Programs.isInstalled("docker-compose"),
        "docker-compose is not installed: 'apt-get install docker-compose' lets this test run");
    Path copy = Files.createDirectories(directory.resolve("compose/secrets")).getParent();
    Files.copy(FOLDER.resolve("compose.yaml"), copy.resolve("compose.yaml"));
    Files.copy(FOLDER.resolve(".env"), copy.resolve(".env"));
    Files.writeString(copy.resolve("secrets/postgres-password"), "x");
    Files.writeString(copy.resolve("secrets/grafana-password"), "x");
    Process compose =
        new ProcessBuilder("docker-compose", "--file", "compose.yaml", "config")
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(compose.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(compose.waitFor()).as(said).isZero();
    JsonNode dedup = Resources.documents(said).get(0).at("/services/dedup");
    assertThat(dedup.path("read_only").asBoolean()).isTrue();
    assertThat(texts(dedup.path("cap_drop"))).containsExactly("ALL");
  }

  private List<String> names() {
    return fields(services);
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }
}
