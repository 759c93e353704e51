package dev.tidings.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class StatusServerTest {
  private final StatusServer.Health health =
      new StatusServer.Health(() -> true, () -> false, () -> true);

  @Test
  void answersWithTwoHundredOrFiveHundredAndThree() throws Exception {
    try (StatusServer server = StatusServer.start("127.0.0.1", 0, health, () -> "a 1\n")) {
      assertThat(get(server, "/health/started").statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(server, "/metrics").body()).isEqualTo("a 1\n");
      assertThat(get(server, "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    try (StatusServer first = StatusServer.start("127.0.0.1", 0, health, () -> "")) {
      assertThatThrownBy(() -> StatusServer.start("127.0.0.1", first.port(), health, () -> ""))
          .isInstanceOf(DedupStartException.class)
          .hasMessageContaining("tidings.http.port");
    }
  }

  private static HttpResponse<String> get(StatusServer server, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
