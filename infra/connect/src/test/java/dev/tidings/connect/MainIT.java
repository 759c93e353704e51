package dev.tidings.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TERMINATED = 128 + 15;
  private static final int REFUSED = 4;

  @TempDir Path directory;

  private final int port = LoopbackPorts.free();
  private Path connectors;

  @BeforeEach
  void makeFolder() throws IOException {
    connectors = Files.createDirectory(directory.resolve("connectors"));
  }

  @Test
  void runsTheConnectorsOfItsFolder() throws Exception {
    Files.writeString(
        connectors.resolve("main-lines.json"),
        """
        {"connector.class": "dev.tidings.writers.lines.LinesSinkConnector",
         "topics": "main.events", "file": "%s"}
        """
            .formatted(directory.resolve("events.jsonl")));
    try (ChildJvm worker = start("main")) {
      worker.awaitLine(line -> line.contains("tidings-connect: started"), LIMIT);

      assertThat(get("/health")).contains("healthy");
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(get("/connectors/main-lines/status"))
                      .containsSubsequence("RUNNING", "RUNNING"));
      assertThat(worker.stop(LIMIT)).isEqualTo(TERMINATED);
    }
  }

  @Test
  void aConnectorThatIsRefusedEndsIt() throws Exception {
    Files.writeString(
        connectors.resolve("refused-lines.json"),
        """
        {"connector.class": "dev.tidings.writers.lines.LinesSinkConnector",
         "topics": "refused.events", "tasks.max": "none"}
        """);
    try (ChildJvm worker = start("refused")) {
      String said = worker.awaitLine(line -> line.contains("Connector refused-lines"), LIMIT);

      assertThat(said).contains("tasks.max");
      assertThat(worker.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(REFUSED);
    }
  }

  private ChildJvm start(String prefix) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", SharedKafka.bootstrapServers());
    environment.put("KAFKA_SCHEMA_REGISTRY_URL", "mock://" + prefix);
    environment.put("KAFKA_LISTENERS", "http://127.0.0.1:" + port);
    environment.put("TIDINGS_TOPIC_PREFIX", prefix);
    environment.put("TIDINGS_CONNECTORS", connectors.toString());
    return ChildJvm.of(Main.class, directory.resolve("worker.log"))
        .jvmOptions(ChildJvm.LEAN)
        .environment(environment)
        .start();
  }

  private String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(LIMIT)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
