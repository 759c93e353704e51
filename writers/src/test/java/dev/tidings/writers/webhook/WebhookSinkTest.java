package dev.tidings.writers.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.receivers.HttpReceiver;
import dev.tidings.infra.receivers.HttpReceiver.Answer;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.delivery.SimulatedWorker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sink's task against a real HTTP server. */
@Timeout(60)
class WebhookSinkTest {
  private static final long SEED = 8_080;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SimulatedWorker worker = new SimulatedWorker();
  private final Random random = new Random(SEED);
  private HttpReceiver server;

  @BeforeEach
  void start() throws Exception {
    server = HttpReceiver.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void eventsArriveWithTheirOccurrences() throws Exception {
    List<Event> events = append(40);

    run(settings());

    EventJson json = new EventJson(Clock.systemUTC(), EventIds.of(Clock.systemUTC()));
    List<Event> received = new ArrayList<>();
    for (JsonNode element : elements()) {
      assertThat(element.get("occurrences").longValue()).isEqualTo(7);
      received.add(json.parse(element.get("event").toString()));
    }
    assertThat(received).containsExactlyElementsOf(events);
    assertThat(server.taken().get(0).headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void cloudEventsAreAsTheSpecificationHasThem() throws Exception {
    append(1);
    Map<String, String> settings = settings();
    settings.put("webhook.format", "cloudevents");

    run(settings);

    assertThat(server.taken().get(0).headers())
        .containsEntry("content-type", "application/cloudevents-batch+json");
    JsonNode event = elements().get(0);
    assertThat(event.get("specversion").asText()).isEqualTo("1.0");
    assertThat(event.get("id").asText()).isEqualTo(new UUID(0, 0) + "-1");
    assertThat(event.get("source").asText()).isEqualTo("/tidings/node-1/test");
    assertThat(event.get("type").asText()).isEqualTo("demo.Started");
    assertThat(event.get("subject").asText()).isEqualTo("Pod/prod/web-1");
    assertThat(event.get("data").get("message").asText()).isEqualTo("message 0");
    event.fieldNames().forEachRemaining(name -> assertThat(name).matches("[a-z0-9]{1,20}"));
  }

  @Test
  void requestsAreSigned() throws Exception {
    append(1);
    Map<String, String> settings = settings();
    byte[] key = "a key of some length".getBytes(StandardCharsets.UTF_8);
    settings.put("webhook.secret", "whsec_" + Base64.getEncoder().encodeToString(key));
    settings.put("webhook.authorization", "Bearer token");
    settings.put("webhook.headers", "X-Team: ops");

    run(settings);

    HttpReceiver.Request request = server.taken().get(0);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String signed =
        request.headers().get("webhook-id")
            + "."
            + request.headers().get("webhook-timestamp")
            + "."
            + request.body();
    assertThat(request.headers())
        .containsEntry("authorization", "Bearer token")
        .containsEntry("x-team", "ops")
        .containsEntry(
            "webhook-signature",
            "v1,"
                + Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void chatToolsGetJsonThatNoMessageCanBreak() throws Exception {
    String hostile = "\"}<@everyone> & \\ \n second {{id}} \u2028";
    int partition = 0;
    for (String format : List.of("slack", "discord", "teams")) {
      worker.append(
          TestEvents.batch(
              partition++,
              0,
              List.of(
                  new BatchEntry(TestEvents.event("demo.Started", Severity.ERROR, hostile), 1L),
                  new BatchEntry(TestEvents.withId(9, 2), 1L))));
      Map<String, String> settings = settings();
      settings.put("webhook.format", format);
      run(settings);
    }
    List<HttpReceiver.Request> taken = server.taken();
    assertThat(taken).isNotEmpty();
    for (HttpReceiver.Request request : taken) {
      JSON.readTree(request.body());
      assertThat(request.body()).doesNotContain("second");
    }
    assertThat(JSON.readTree(taken.get(0).body()).get("text").asText())
        .startsWith("*ERROR* demo.Started Pod/prod/web-1: \"}&lt;@everyone&gt; &amp; \\")
        .doesNotContain("seen 1 times")
        .endsWith("message 9 (seen 2 times)");
  }

  @Test
  void aTemplateOfOnesOwn() throws Exception {
    append(2);
    Map<String, String> settings = settings();
    settings.put("webhook.format", "template");
    settings.put("webhook.template", "[{{#events}}\"{{id}}\"{{^-last}},{{/-last}}{{/events}}]");
    run(settings);

    assertThat(elements()).hasSize(2);
    settings.remove("webhook.template");
    assertThat(errors(settings)).singleElement().asString().contains("webhook.template");
  }

  @Test
  void whateverFailsNothingIsMissing() throws Exception {
    List<Event> events = append(300);
    AtomicInteger requests = new AtomicInteger();
    server.behave(
        request -> {
          requests.incrementAndGet();
          return switch (random.nextInt(6)) {
            case 0 -> Answer.of(503);
            case 1 -> new Answer(429, Map.of("Retry-After", "0"));
            case 2 -> Answer.of(0);
            default -> Answer.OK;
          };
        });
    Map<String, String> settings = settings();
    settings.put("webhook.max.events", "2");

    run(settings);

    List<String> ids = new ArrayList<>();
    for (JsonNode element : elements()) {
      ids.add(element.get("event").get("id").asText());
    }
    // What was answered well is not posted again.
    assertThat(ids).doesNotHaveDuplicates().hasSize(events.size());
    assertThat(requests.get()).isGreaterThan(150);
  }

  @Test
  void oneEventThatIsRefusedIsReportedAndTheOthersArrive() throws Exception {
    append(30);
    server.behave(request -> Answer.of(request.body().contains("\"message 13\"") ? 422 : 204));

    run(settings());

    assertThat(elements()).hasSize(29);
    assertThat(worker.errant()).hasSize(1);
  }

  @Test
  void afterSeveralFailuresItIsLeftAlone() throws Exception {
    append(1);
    server.behave(request -> Answer.of(500));
    AtomicInteger requests = new AtomicInteger();
    server.behave(
        request -> {
          requests.incrementAndGet();
          return Answer.of(500);
        });
    Map<String, String> settings = settings();
    settings.put("webhook.circuit.failures", "3");
    settings.put("webhook.circuit.delay.ms", "60000");
    WebhookSinkTask task = new WebhookSinkTask();
    worker.start(task, settings);
    long pauseMillis = 0;
    while (pauseMillis < 10_000) {
      worker.step(task, random);
      pauseMillis = worker.takePauseMillis();
    }
    for (int i = 0; i < 50; i++) {
      worker.step(task, random);
    }
    worker.stop(task, false);

    assertThat(pauseMillis).isBetween(30_000L, 60_000L);
    assertThat(requests.get()).isEqualTo(3);
  }

  @Test
  void aWrongAddressFailsTheTaskWithoutSayingThePath() throws Exception {
    append(1);
    server.behave(request -> Answer.of(404));
    WebhookSinkTask task = new WebhookSinkTask();
    worker.start(task, settings());

    assertThatThrownBy(
            () -> {
              while (!worker.isDone()) {
                worker.step(task, random);
              }
            })
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("404")
        .message()
        .doesNotContain("/events");
  }

  @Test
  void retryAfterIsSecondsOrATime() {
    Instant now = Instant.parse("2026-01-31T12:00:00Z");
    assertThat(RetryAfter.parse("120", now)).contains(Duration.ofSeconds(120));
    assertThat(RetryAfter.parse("Sat, 31 Jan 2026 12:00:30 GMT", now))
        .contains(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Sat, 31 Jan 2026 11:00:00 GMT", now)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("99999999", now)).contains(Duration.ofMinutes(10));
    assertThat(RetryAfter.parse("soon", now)).isEmpty();
  }

  @Test
  void wrongSettingsAreFoundByValidationAndSecretsNotShown() {
    assertThat(errors(Map.of("webhook.url", "ftp://secret")))
        .singleElement()
        .asString()
        .doesNotContain("secret");
    assertThat(errors(Map.of("webhook.url", "http://no.such.host.invalid/x")))
        .singleElement()
        .asString()
        .contains("no.such.host.invalid");
    assertThat(
            errors(Map.of("webhook.url", "http://127.0.0.1/x", "webhook.secret", "whsec_§secret")))
        .singleElement()
        .asString()
        .doesNotContain("§secret");
    assertThat(errors(Map.of("webhook.url", "http://127.0.0.1/x", "webhook.template", "{{#a}}")))
        .isNotEmpty();
    assertThat(errors(Map.of("webhook.url", "http://127.0.0.1/x"))).isEmpty();
  }

  private static List<String> errors(Map<String, String> settings) {
    return new WebhookSinkConnector()
        .validate(settings).configValues().stream()
            .flatMap(value -> value.errorMessages().stream())
            .toList();
  }

  private List<JsonNode> elements() throws Exception {
    List<JsonNode> elements = new ArrayList<>();
    for (HttpReceiver.Request request : server.taken()) {
      JSON.readTree(request.body()).forEach(elements::add);
    }
    return elements;
  }

  private List<Event> append(int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event event = TestEvents.withId(i, 1);
      events.add(event);
      worker.append(TestEvents.batch(0, i, List.of(new BatchEntry(event, 7L))));
    }
    return events;
  }

  private void run(Map<String, String> settings) {
    worker.run(new WebhookSinkTask(), settings, random);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("webhook.url", server.url());
    settings.put("webhook.circuit.delay.ms", "20");
    settings.put("retry.backoff.ms", "1");
    settings.put("retry.backoff.max.ms", "10");
    return settings;
  }
}
