package dev.tidings.registry;

import static dev.tidings.registry.ScriptedServer.error;
import static dev.tidings.registry.ScriptedServer.hangUp;
import static dev.tidings.registry.ScriptedServer.json;
import static dev.tidings.registry.ScriptedServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidings.registry.RegistryException.Kind;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried again, where, how often, and for how long. */
@Timeout(60)
class RegistryFailoverTest {
  private static final ScriptedServer.Answer OK = json(200, "[]");

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aTemporaryFailureIsTriedAgain(int status) {
    try (ScriptedServer server = ScriptedServer.start(error(status, status, "busy"), OK);
        SchemaRegistry client = client(3, server.url())) {
      assertThat(client.subjects()).isEmpty();
      assertThat(server.asked()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 409, 410, 413, 422})
  void anyOtherFailureIsNot(int status) {
    try (ScriptedServer server = ScriptedServer.start(error(status, status * 100 + 1, "no"), OK);
        SchemaRegistry client = client(3, server.url(), server.url())) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .matches(e -> !e.isRetriable() && e.status() == status);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsTriedAgain() {
    try (ScriptedServer server = ScriptedServer.start(hangUp(), OK);
        SchemaRegistry client = client(3, server.url())) {
      assertThat(client.subjects()).isEmpty();
    }
  }

  @Test
  void retriesEnd() {
    try (ScriptedServer server = ScriptedServer.start(error(503, 50302, "store is down"));
        SchemaRegistry client = client(2, server.url())) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessage(
              "Schema registry %s cannot list its subjects now (status 503): try again later: store"
                      .formatted(server.url())
                  + " is down")
          .matches(e -> e.kind() == Kind.UNAVAILABLE && e.isRetriable() && e.errorCode() == 50302);
      assertThat(server.asked()).hasSize(3);
    }
  }

  @Test
  void noRetriesWhenNoneAreWanted() {
    try (ScriptedServer server = ScriptedServer.start(error(503, 503, "no"), OK);
        SchemaRegistry client = client(0, server.url())) {
      assertThatExceptionOfType(RegistryException.class).isThrownBy(client::subjects);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void theNextAddressIsAskedAtOnceAndStaysPreferred() {
    try (ScriptedServer first = ScriptedServer.start(error(500, 50001, "broken"), OK);
        ScriptedServer second = ScriptedServer.start(OK);
        SchemaRegistry client = client(0, first.url(), second.url())) {
      client.subjects();
      client.subjects();
      client.subjects();
      assertThat(first.asked()).hasSize(1);
      assertThat(second.asked()).hasSize(3);
    }
  }

  @Test
  void afterTheLastAddressComesTheFirst() {
    try (ScriptedServer first = ScriptedServer.start(error(500, 500, "broken"), OK);
        ScriptedServer second = ScriptedServer.start(OK, error(500, 500, "broken"));
        SchemaRegistry client = client(0, first.url(), second.url())) {
      client.subjects();
      client.subjects();
      assertThat(first.asked()).hasSize(2);
      assertThat(second.asked()).hasSize(2);
    }
  }

  @Test
  void anAddressWhereNobodyListensIsPassedOver() {
    String nobody = nobody();
    try (ScriptedServer server = ScriptedServer.start(OK);
        SchemaRegistry client = client(0, nobody, server.url())) {
      assertThat(client.subjects()).isEmpty();
    }
  }

  @Test
  void whenNobodyAnswersTheMessageNamesAllAddresses() {
    String one = nobody();
    String two = nobody();
    try (SchemaRegistry client = client(1, one, two)) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessage(
              ("No schema registry answers at %s, %s: start it or correct --registry /"
                      + " schema.registry.url (connection refused)")
                  .formatted(one, two))
          .matches(e -> e.kind() == Kind.UNREACHABLE && e.isRetriable() && e.status() == 0);
    }
  }

  @Test
  void whatARegistrySaysTellsMoreThanSilence() {
    try (ScriptedServer server = ScriptedServer.start(error(503, 503, "starting"));
        SchemaRegistry client = client(1, nobody(), server.url())) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessageContaining("starting");
    }
  }

  @Test
  void anUnknownHostSaysSo() {
    try (SchemaRegistry client = client(0, "http://no-such-host.invalid:8081")) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessageContaining("http://no-such-host.invalid:8081")
          .withMessageContaining("(unknown host)");
    }
  }

  @Test
  void aSilentServerCostsOneRequestTimeout() {
    try (ScriptedServer server = ScriptedServer.start();
        ScriptedServer other = ScriptedServer.start(OK);
        SchemaRegistry client =
            RegistryClient.create(
                quick(0, server.url(), other.url())
                    .requestTimeout(Duration.ofMillis(300))
                    .build())) {
      server.then(server.silence());
      assertThat(client.subjects()).isEmpty();
    }
  }

  @Test
  void anAnswerThatStopsHalfwayIsCutOff() {
    try (ScriptedServer server = ScriptedServer.start();
        SchemaRegistry client =
            RegistryClient.create(
                quick(0, server.url()).requestTimeout(Duration.ofMillis(300)).build())) {
      server.then(server.half("[\"one\","));
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessageContaining("(no answer within 300 ms)")
          .matches(RegistryException::isRetriable);
    }
  }

  @Test
  void theTotalTimeEndsWhatRetriesWouldGoOnWith() {
    try (ScriptedServer server = ScriptedServer.start();
        SchemaRegistry client =
            RegistryClient.create(
                quick(1_000_000, server.url())
                    .requestTimeout(Duration.ofMillis(100))
                    .totalTimeout(Duration.ofMillis(400))
                    .build())) {
      server.then(server.silence());
      // The class's time limit is the assertion: without the bound this takes days.
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .matches(e -> e.kind() == Kind.UNREACHABLE);
    }
  }

  @Test
  void aRetryAfterBeyondTheTotalTimeEndsTheCall() {
    try (ScriptedServer server =
            ScriptedServer.start(json(429, "{}", Map.of("Retry-After", "3600")), OK);
        SchemaRegistry client = client(3, server.url())) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessageContaining("it asks to wait for 3600 s")
          .matches(e -> e.retryAfter().equals(Optional.of(Duration.ofHours(1))));
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void aRetryAfterWithinTheTotalTimeIsFollowedByARetry() {
    try (ScriptedServer server =
            ScriptedServer.start(json(503, "{}", Map.of("Retry-After", "0")), OK);
        SchemaRegistry client = client(3, server.url())) {
      assertThat(client.subjects()).isEmpty();
      assertThat(server.asked()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sat, 21 Nov 2026 10:00:00 GMT | Sat, 21 Nov 2026 10:01:30 GMT | 90",
        "Sat, 21 Nov 2026 10:00:00 GMT | Sat, 21 Nov 2026 09:00:00 GMT | 0",
        "Sat, 21 Nov 2026 10:00:00 GMT | soon |",
        "Sat, 21 Nov 2026 10:00:00 GMT | -5 |",
      })
  void aRetryAfterMayBeADate(String date, String retryAfter, Long seconds) {
    HttpHeaders headers =
        HttpHeaders.of(
            Map.of("Date", List.of(date), "Retry-After", List.of(retryAfter)), (n, v) -> true);
    assertThat(RegistryAnswers.retryAfter(headers).map(Duration::toSeconds).orElse(null))
        .isEqualTo(seconds);
  }

  @Test
  void theWaitIsNeverShorterThanAskedFor() {
    RegistryException busy =
        new RegistryException(Kind.UNAVAILABLE, "busy", null, 429, 0, Duration.ofSeconds(4));
    // Jitter takes or adds a fifth: from 4 to 6 seconds.
    assertThat(Retries.delay(busy)).isEqualTo(Duration.ofSeconds(5));
    assertThat(Retries.worthwhile(busy, Duration.ofMillis(6_001))).isTrue();
    assertThat(Retries.worthwhile(busy, Duration.ofSeconds(6))).isFalse();
  }

  @Test
  void anInterruptEndsTheCallAndIsKept() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        SchemaRegistry client = client(1_000, server.url())) {
      CountDownLatch waiting = new CountDownLatch(1);
      server.then(
          exchange -> {
            waiting.countDown();
            server.silence().to(exchange);
          });
      assertInterruptible(client, waiting);
    }
  }

  @Test
  void anInterruptWhileWaitingToRetryEndsTheCallAndIsKept() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        SchemaRegistry client =
            RegistryClient.create(
                RegistryConfig.builder()
                    .urls(server.url())
                    .retryBackoff(Duration.ofMinutes(4))
                    .totalTimeout(Duration.ofMinutes(5))
                    .build())) {
      CountDownLatch answered = new CountDownLatch(1);
      server.then(
          exchange -> {
            text(503, "text/plain", "", Map.of()).to(exchange);
            answered.countDown();
          });
      assertInterruptible(client, answered);
    }
  }

  private static void assertInterruptible(SchemaRegistry client, CountDownLatch asked)
      throws InterruptedException {
    AtomicReference<RegistryException> failure = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              failure.set(catchThrowableOfType(RegistryException.class, client::subjects));
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    asked.await();
    caller.interrupt();
    caller.join();
    assertThat(failure.get().kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(failure.get().isRetriable()).isFalse();
    assertThat(interrupted.get()).isTrue();
  }

  private static String nobody() {
    try (ScriptedServer server = ScriptedServer.start()) {
      return server.url();
    }
  }

  private static SchemaRegistry client(int maxRetries, String... urls) {
    return RegistryClient.create(quick(maxRetries, urls).build());
  }

  private static RegistryConfig.Builder quick(int maxRetries, String... urls) {
    return RegistryConfig.builder()
        .urls(urls)
        .maxRetries(maxRetries)
        .retryBackoff(Duration.ofMillis(1));
  }
}
