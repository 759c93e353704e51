package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.conformance.OutputCheck;
import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.PlatformTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStackIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long SEED = 20081109;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path directory;

  @Test
  void whatIsRecordedComesOutAsTheRulesSayAlsoAfterARestart() throws Exception {
    RandomEvents events = new RandomEvents(SEED);
    Map<String, Integer> ids;
    try (EmbeddedStack stack = EmbeddedStack.start(config())) {
      assertThat(stack.warnings()).isEmpty();
      record(stack, events.next(2_000));
      assertExact(stack);
      ids = schemaIds(stack.registryUrl());
      assertThat(ids)
          .containsKeys(
              "tidings.recorded-value",
              "tidings.events-value",
              "tidings.batches-value",
              "tidings-types-demo");
      assertConnectAnswers(stack.connectUrl());
    }
    try (EmbeddedStack stack = EmbeddedStack.start(config())) {
      assertThat(schemaIds(stack.registryUrl())).isEqualTo(ids);
      record(stack, events.next(500));
      assertExact(stack);
      assertThat(check(stack).recorded()).hasSize(2_500);
    }
  }

  @Test
  void theConnectWorkerRunsOurConverterAndSink() throws Exception {
    Path lines = directory.resolve("events.jsonl");
    try (EmbeddedStack stack = EmbeddedStack.start(config())) {
      String connector =
          """
          {"connector.class": "dev.tidings.writers.lines.LinesSinkConnector",
           "topics": "%s", "file": "%s",
           "value.converter": "dev.tidings.writers.converter.EventConverter",
           "value.converter.schema.registry.url": "%s"}"""
              .formatted(stack.topics().events(), lines, stack.registryUrl());
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(stack.connectUrl() + "/connectors/lines/config"))
                  .header("Content-Type", "application/json")
                  .PUT(HttpRequest.BodyPublishers.ofString(connector))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      record(stack, new RandomEvents(SEED).next(500));

      Map<UUID, Event> events = check(stack).events();
      await().atMost(LIMIT).untilAsserted(() -> assertThat(newestStates(lines)).isEqualTo(events));
    }
  }

  private static Map<UUID, Event> newestStates(Path lines) throws IOException {
    EventJson json = new EventJson(Clock.systemUTC(), EventIds.of(Clock.systemUTC()));
    Map<UUID, Event> newest = new HashMap<>();
    if (Files.exists(lines)) {
      Files.readAllLines(lines).stream()
          .map(json::parse)
          .forEach(event -> newest.put(event.getId(), event));
    }
    return newest;
  }

  @Test
  void topicsThatAreThereWithOtherSettingsAreReportedAndLeftAlone() {
    EmbeddedStack.start(config()).close();
    PlatformTopics other = config().topics().withPartitions(2);

    try (EmbeddedStack stack = EmbeddedStack.start(config().withTopics(other))) {
      assertThat(stack.warnings())
          .contains("Topic tidings.events has 3 partitions instead of 2: left as it is");
    }
  }

  @Test
  void aPortInUseIsOneLineAndEverythingIsStopped() throws Exception {
    try (ServerSocketChannel taken = LoopbackPorts.listen(0)) {
      int port = LoopbackPorts.of(taken);

      assertThatThrownBy(() -> EmbeddedStack.start(config().withKafkaPort(port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(Integer.toString(port))
          .message()
          .doesNotContain("\n");
      assertThatThrownBy(() -> EmbeddedStack.start(config().withRegistryPort(port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(Integer.toString(port));
      assertThatThrownBy(() -> EmbeddedStack.start(config().withConnectPort(port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(Integer.toString(port));
    }
    EmbeddedStack.start(config()).close();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aDirectoryThatIsInUseOrCannotBeWrittenIsOneLine() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(config())) {
      assertThat(stack.bootstrapServers()).startsWith("127.0.0.1:");
      assertThatThrownBy(() -> EmbeddedStack.start(config()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(directory.toString());
    }
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> EmbeddedStack.start(EmbeddedStackConfig.in(file.resolve("below"))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theEndOfTheRegistryIsReported() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(config())) {
      ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);

      assertThat(stack.onFailure().get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
          .startsWith("The schema registry ended");
    }
  }

  private EmbeddedStackConfig config() {
    EmbeddedStackConfig config = EmbeddedStackConfig.in(directory.resolve("data"));
    return config
        .withTopics(config.topics().withPartitions(3))
        .withDedup("tidings.batch.interval.ms", "300");
  }

  private static void assertExact(EmbeddedStack stack) {
    OutputCheck.Result result = check(stack);
    assertThat(result.differences()).isEmpty();
    assertThat(result.isExact()).as("%s", result).isTrue();
  }

  private static OutputCheck.Result check(EmbeddedStack stack) {
    return new OutputCheck(
            Map.of(
                "bootstrap.servers", stack.bootstrapServers(),
                "schema.registry.url", stack.registryUrl()),
            stack.topics())
        .run(LIMIT);
  }

  private static void record(EmbeddedStack stack, List<Event> events) throws Exception {
    try (EventRecorder recorder =
        EventRecorder.builder()
            .source("node-1", "test")
            .catalogue(DemoEvent.class)
            .bootstrapServers(stack.bootstrapServers())
            .registry(stack.registryUrl())
            .build()) {
      events.forEach(recorder::submit);
      assertThat(recorder.flush(LIMIT)).isTrue();
      assertThat(recorder.counts().acknowledged()).isEqualTo(events.size());
    }
  }

  private static Map<String, Integer> schemaIds(String url) {
    Map<String, Integer> ids = new TreeMap<>();
    try (SchemaRegistry registry = RegistryClient.create(RegistryConfig.of(url))) {
      registry
          .subjects()
          .forEach(subject -> ids.put(subject, registry.latest(subject).orElseThrow().id()));
    }
    assertThat(ids).isNotEmpty();
    assertThat(Catalogue.of(DemoEvent.class).types()).hasSizeGreaterThan(3);
    return ids;
  }

  private static void assertConnectAnswers(String url) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url + "/connector-plugins")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
