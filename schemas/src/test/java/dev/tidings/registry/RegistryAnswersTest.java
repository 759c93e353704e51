package dev.tidings.registry;

import static dev.tidings.registry.ScriptedServer.error;
import static dev.tidings.registry.ScriptedServer.json;
import static dev.tidings.registry.ScriptedServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidings.registry.RegistryException.Kind;
import dev.tidings.registry.ScriptedServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read when something is wrong: one line that says what to do. */
@Timeout(60)
class RegistryAnswersTest {
  private static final Schema SCHEMA = Schema.createEnum("test.E", null, null, List.of("A"));

  @Test
  void incompatibleSaysWhichSubjectAndWhy() {
    Answer answer = error(409, 409, "Schema being registered is incompatible:\\n {READER_FIELD}");
    assertFailure(answer, Kind.INCOMPATIBLE)
        .hasMessage(
            "Schema registry URL refuses to register schema test.E under subject 's', as it is not"
                + " compatible with what is registered: change the schema or the subject's"
                + " compatibility level: Schema being registered is incompatible: {READER_FIELD}");
  }

  @Test
  void invalidSaysWhatTheRegistrySays() {
    assertFailure(error(422, 42201, "Invalid schema"), Kind.INVALID)
        .hasMessage(
            "Schema registry URL refuses to register schema test.E under subject 's' (status 422):"
                + " Invalid schema");
  }

  @Test
  void credentialsAskedFor() {
    assertFailure(text(401, "text/html", "<html>", Map.of()), Kind.UNAUTHORIZED)
        .hasMessage(
            "Schema registry URL asks for credentials: set"
                + " basic.auth.credentials.source=USER_INFO and basic.auth.user.info");
  }

  @Test
  void forbiddenSaysWhat() {
    assertFailure(error(403, 40301, "User is denied operation Write"), Kind.UNAUTHORIZED)
        .hasMessage(
            "Schema registry URL does not allow this user to register schema test.E under subject"
                + " 's': have the right granted: User is denied operation Write");
  }

  @Test
  void aRedirectIsNotFollowed() {
    Answer redirect =
        text(
            302, "text/html", "", Map.of("Location", "https://u:secret@sso.example/login?token=x"));
    assertFailure(redirect, Kind.NOT_A_REGISTRY)
        .hasMessage(
            "URL redirects to https://***@sso.example/login, which is not followed: correct"
                + " --registry / schema.registry.url");
  }

  @Test
  void aWebPageIsNoRegistry() {
    String message =
        "URL answers, but not as a schema registry (status %s): correct --registry /"
            + " schema.registry.url; for Apicurio the path is /apis/ccompat/v7";
    assertFailure(text(404, "text/html", "<html>", Map.of()), Kind.NOT_A_REGISTRY)
        .hasMessage(message.formatted("404, text/html"));
    assertFailure(text(200, "text/html", "<html>", Map.of()), Kind.NOT_A_REGISTRY)
        .hasMessage(message.formatted("200, text/html"));
    // What servers of the same make say to a path they do not know.
    assertFailure(error(404, 404, "HTTP 404 Not Found"), Kind.NOT_A_REGISTRY)
        .hasMessageContaining("(status 404");
    assertFailure(text(405, "text/plain", "", Map.of()), Kind.NOT_A_REGISTRY)
        .hasMessageContaining("(status 405");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "{\"id\":",
        "7",
        "null",
        "\"text\"",
        "[]",
        "{}",
        "{\"id\":null}",
        "{\"id\":\"seven\"}",
        "{\"id\":1.0e30}",
        "{\"id\":99999999999}",
        "{\"id\":{}}",
      })
  void garbageIsNoRegistryEither(String body) {
    assertFailure(json(200, body), Kind.NOT_A_REGISTRY);
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    Answer endless =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] chunk = new byte[1 << 20];
          while (true) {
            exchange.getResponseBody().write(chunk);
          }
        };
    assertFailure(endless, Kind.NOT_A_REGISTRY).hasMessageContaining("more than 16777216 bytes");
  }

  @Test
  void longReasonsAreCut() {
    RegistryException failure = failure(error(422, 42201, "x".repeat(100_000)));
    assertThat(failure.getMessage()).hasSizeLessThan(1_500);
  }

  @Test
  void aServerThatDoesNotSpeakHttpSaysSo() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread ssh = new Thread(() -> greet(socket));
      ssh.setDaemon(true);
      ssh.start();
      try (SchemaRegistry client =
          RegistryClient.create(
              RegistryConfig.builder()
                  .urls("http://localhost:" + socket.getLocalPort())
                  .maxRetries(0)
                  .build())) {
        RegistryException failure = catchThrowableOfType(RegistryException.class, client::subjects);
        assertThat(failure).hasMessageContaining("http://localhost:");
        assertThat(failure.kind()).isIn(Kind.NOT_A_REGISTRY, Kind.UNREACHABLE);
      }
    }
  }

  private static void greet(ServerSocket socket) {
    try (Socket connection = socket.accept()) {
      connection
          .getOutputStream()
          .write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      connection.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client went away, as it should.
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
      Answer answer, Kind kind) {
    RegistryException failure = failure(answer);
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.isRetriable()).isFalse();
    assertThat(failure.getMessage()).doesNotContain("\n");
    return assertThat(failure);
  }

  /** The failure of registering, with the server's address as URL. */
  private static RegistryException failure(Answer answer) {
    try (ScriptedServer server = ScriptedServer.start(answer);
        SchemaRegistry client = RegistryClient.create(RegistryConfig.of(server.url()))) {
      RegistryException failure =
          catchThrowableOfType(RegistryException.class, () -> client.register("s", SCHEMA));
      return new RegistryException(
          failure.kind(),
          failure.getMessage().replace(server.url(), "URL"),
          failure,
          failure.status(),
          failure.errorCode(),
          null);
    }
  }
}
