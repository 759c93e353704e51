package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.catalogue.Catalogue;
import dev.tidings.conformance.OutputCheck;
import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.process.StartException;
import dev.tidings.infra.receivers.Certificates;
import dev.tidings.infra.receivers.HttpReceiver;
import dev.tidings.infra.receivers.Postgres;
import dev.tidings.infra.receivers.SyslogMessage;
import dev.tidings.infra.receivers.SyslogServer;
import dev.tidings.recorder.EventRecorder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is recorded comes out at every receiver, counted. With {@code TIDINGS_TEST_EVENTS} set to a
 * folder of {@code NAME.events.jsonl} and {@code NAME.types.json}, those are recorded; else random
 * ones. The syslog servers take part where they are installed.
 */
class WritersIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long SEED = 20_260_131;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EventJson EVENTS =
      new EventJson(Clock.systemUTC(), EventIds.of(Clock.systemUTC()));

  @TempDir Path directory;

  @Test
  void everythingRecordedArrivesEverywhere() throws Exception {
    Certificates certificates = Certificates.in(directory.resolve("certificates"));
    Path lines = directory.resolve("events.jsonl");
    Map<SyslogServer.Kind, SyslogServer> servers = new HashMap<>();
    EmbeddedStackConfig config = EmbeddedStackConfig.in(directory.resolve("data"));
    config =
        config
            .withTopics(config.topics().withPartitions(3))
            .withDedup("tidings.batch.interval.ms", "300")
            .withWriter(Writer.parse("lines=" + lines));
    try (Postgres postgres = Postgres.start(directory.resolve("postgres"));
        HttpReceiver http = HttpReceiver.start(0)) {
      config =
          config
              .withWriter(Writer.parse("store=" + postgres.url()))
              .withWriter(Writer.parse("webhook=" + http.url()));
      for (SyslogServer.Kind kind : SyslogServer.Kind.values()) {
        if (SyslogServer.isInstalled(kind)) {
          SyslogServer server =
              SyslogServer.start(kind, directory.resolve(kind.name()), certificates);
          servers.put(kind, server);
          config =
              config
                  .withWriter(Writer.parse("syslog=" + server.target("tcp")))
                  .withWriter(
                      Writer.parse("syslog=" + server.target("tls"))
                          .with("ssl.truststore.type", "PEM")
                          .with("ssl.truststore.location", certificates.authority().toString())
                          .with("ssl.keystore.type", "PEM")
                          .with("ssl.keystore.location", certificates.clientKeyStore().toString()));
        }
      }
      // Nobody is at home at first: that task fails.
      http.behave(request -> HttpReceiver.Answer.of(404));
      List<String> said = new CopyOnWriteArrayList<>();
      try (EmbeddedStack stack = EmbeddedStack.start(config)) {
        stack.watchWriters(said::add);
        assertThat(errors(stack, "lines.Lines", "file", "-")).isEmpty();
        assertThat(errors(stack, "webhook.Webhook", "webhook.url", "ftp://h/"))
            .containsExactly("webhook.url");
        assertThat(
                errors(
                    stack,
                    "store.Store",
                    "store.url",
                    postgres.url().replace("user=postgres", "user=nobody")))
            .containsExactly("store.url");
        record(stack);
        await().atMost(LIMIT).until(() -> !said.isEmpty());
        assertThat(said).singleElement().asString().contains("writer webhook-", "answered 404");
        http.behave(request -> HttpReceiver.Answer.OK);
        OutputCheck.Result result = check(stack);
        assertThat(result.isExact()).as("%s", result).isTrue();
        Map<UUID, Event> events = result.events();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(newest(lines)).isEqualTo(events));
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(counts(postgres)).isEqualTo(counts(events)));
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(posted(http)).isEqualTo(counts(events)));
        for (SyslogServer server : servers.values()) {
          // By TCP and by TLS.
          await()
              .atMost(LIMIT)
              .untilAsserted(
                  () -> {
                    Map<UUID, Long> twice = new HashMap<>(counts(events));
                    twice.replaceAll((id, count) -> 2 * count);
                    assertThat(occurrences(server)).isEqualTo(twice);
                  });
          assertThat(server.received()).allSatisfy(message -> assertSame(message, events));
        }
      } finally {
        servers.values().forEach(SyslogServer::close);
      }
    }
  }

  /** The settings that the worker's REST API finds something wrong with. */
  private static List<String> errors(EmbeddedStack stack, String sink, String setting, String value)
      throws Exception {
    String connector = "dev.tidings.writers.%sSinkConnector".formatted(sink);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "%s/connector-plugins/%s/config/validate"
                                .formatted(stack.connectUrl(), connector)))
                    .header("Content-Type", "application/json")
                    .PUT(
                        HttpRequest.BodyPublishers.ofString(
                            JSON.writeValueAsString(
                                Map.of(
                                    "connector.class",
                                    connector,
                                    "name",
                                    "validated",
                                    "topics",
                                    "tidings.batches",
                                    setting,
                                    value))))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> wrong = new ArrayList<>();
    for (JsonNode config : JSON.readTree(answer.body()).get("configs")) {
      if (!config.get("value").get("errors").isEmpty()) {
        wrong.add(config.get("value").get("name").asText());
      }
    }
    return wrong;
  }

  @Test
  void aWriterThatCannotWorkIsOneLine() {
    EmbeddedStackConfig config = EmbeddedStackConfig.in(directory.resolve("data"));
    assertThatThrownBy(
            () ->
                EmbeddedStack.start(
                    config.withWriter(Writer.parse("lines=" + directory.resolve("no/such/file")))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("folder does not exist")
        .message()
        .doesNotContain("\n");
    assertThatThrownBy(() -> Writer.parse("pigeon=home"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("syslog");
    assertThatThrownBy(() -> Writer.parse("syslog")).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertSame(SyslogMessage message, Map<UUID, Event> events) {
    Map<String, String> data = message.data().get("tidings@32473");
    Event event = events.get(UUID.fromString(data.get("id")));
    assertThat(data.get("type")).isEqualTo(event.getType());
    assertThat(data.get("severity")).isEqualTo(event.getSeverity().name());
    assertThat(data.get("node")).isEqualTo(event.getSource().getNode());
    assertThat(data.get("component")).isEqualTo(event.getSource().getComponent());
    assertThat(data.get("name"))
        .isEqualTo(event.getObject() == null ? null : event.getObject().getName());
    assertThat(message.data().getOrDefault("attributes@32473", Map.of()))
        .isEqualTo(event.getAttributes());
    assertThat(message.text()).isEqualTo(event.getMessage());
  }

  private static Map<UUID, Long> occurrences(SyslogServer server) {
    Map<UUID, Long> sums = new HashMap<>();
    for (SyslogMessage message : server.received()) {
      Map<String, String> data = message.data().get("tidings@32473");
      sums.merge(
          UUID.fromString(data.get("id")), Long.parseLong(data.get("occurrences")), Long::sum);
    }
    return sums;
  }

  private static Map<UUID, Long> posted(HttpReceiver http) throws Exception {
    Map<UUID, Long> sums = new HashMap<>();
    for (HttpReceiver.Request request : http.taken()) {
      for (JsonNode element : JSON.readTree(request.body())) {
        sums.merge(
            UUID.fromString(element.get("event").get("id").asText()),
            element.get("occurrences").longValue(),
            Long::sum);
      }
    }
    return sums;
  }

  private static Map<UUID, Long> counts(Postgres postgres) throws Exception {
    Map<UUID, Long> counts = new HashMap<>();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, count FROM tidings_events")) {
      while (row.next()) {
        counts.put(row.getObject(1, UUID.class), row.getLong(2));
      }
    }
    return counts;
  }

  private static Map<UUID, Long> counts(Map<UUID, Event> events) {
    Map<UUID, Long> counts = new HashMap<>();
    events.forEach((id, event) -> counts.put(id, event.getCount()));
    return counts;
  }

  private static Map<UUID, Event> newest(Path lines) throws Exception {
    Map<UUID, Event> newest = new HashMap<>();
    if (Files.exists(lines)) {
      Files.readAllLines(lines).stream()
          .map(EVENTS::parse)
          .forEach(event -> newest.put(event.getId(), event));
    }
    return newest;
  }

  private static OutputCheck.Result check(EmbeddedStack stack) {
    return new OutputCheck(
            Map.of(
                "bootstrap.servers", stack.bootstrapServers(),
                "schema.registry.url", stack.registryUrl()),
            stack.topics())
        .run(LIMIT);
  }

  private static void record(EmbeddedStack stack) throws Exception {
    List<Event> events = new ArrayList<>();
    List<Catalogue> catalogues = new ArrayList<>();
    String folder = System.getenv("TIDINGS_TEST_EVENTS");
    if (folder == null) {
      events.addAll(new RandomEvents(SEED).next(2_000));
      catalogues.add(Catalogue.of(DemoEvent.class));
    } else {
      for (Path file : files(folder, ".events.jsonl")) {
        Files.readAllLines(file).forEach(line -> events.add(EVENTS.parse(line)));
      }
      for (Path file : files(folder, ".types.json")) {
        catalogues.addAll(Catalogue.parseJson(Files.readString(file)));
      }
    }
    try (EventRecorder recorder =
        EventRecorder.builder()
            .source("node-1", "test")
            .catalogues(catalogues)
            .bootstrapServers(stack.bootstrapServers())
            .registry(stack.registryUrl())
            .build()) {
      events.forEach(recorder::submit);
      assertThat(recorder.flush(LIMIT)).isTrue();
      assertThat(recorder.counts().acknowledged()).isEqualTo(events.size());
    }
  }

  private static List<Path> files(String folder, String ending) throws Exception {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
