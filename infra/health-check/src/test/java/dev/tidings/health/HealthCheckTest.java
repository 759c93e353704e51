package dev.tidings.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({"200,0", "204,0", "302,1", "404,1", "500,1", "503,1"})
  void onlySuccessIsHealthy(int answer, int exitCode) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    try {
      int code = run("http://127.0.0.1:%d/health".formatted(server.getAddress().getPort()));

      assertThat(code).isEqualTo(exitCode);
      assertThat(said()).contains(exitCode == 0 ? "" : "answers with " + answer);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void nobodyThereIsUnhealthy() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertThat(run("http://127.0.0.1:%d/health".formatted(free))).isEqualTo(1);
    assertThat(said()).contains("does not answer");
  }

  @ParameterizedTest
  @CsvSource({"file:///etc/hosts", "health", "'http://a b'"})
  void whatIsNoUrlIsAWrongCall(String url) {
    assertThat(run(url)).isEqualTo(2);
    assertThat(said()).contains("is no URL");
  }

  @Test
  void withoutAUrlItSaysHowToCallIt() {
    assertThat(run()).isEqualTo(2);
    assertThat(said()).contains("Usage");
  }

  @Test
  void takesTheUrlOfTheEnvironmentWhenGivenNone() {
    assertThat(run(Map.of("TIDINGS_HEALTH_URL", "health"))).isEqualTo(2);
    assertThat(said()).contains("health is no URL");
  }

  @Test
  void whatListensNowhereIsHealthyWhileItRuns() {
    assertThat(run(Map.of("TIDINGS_HEALTH_URL", "none"))).isZero();
  }

  private int run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private int run(Map<String, String> environment, String... arguments) {
    return HealthCheck.run(
        arguments, environment, new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
