package dev.tidings.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerMetricsTest {
  @Test
  void areServedOnLoopback() throws Exception {
    int port = LoopbackPorts.free();

    WorkerMetrics.serve(Map.of("TIDINGS_METRICS_PORT", Integer.toString(port)));

    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(port)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("jvm_memory_used_bytes", "jmx_scrape_error 0.0");
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    try (ServerSocketChannel taken = LoopbackPorts.listen(0)) {
      String port = Integer.toString(taken.socket().getLocalPort());

      assertThatThrownBy(() -> WorkerMetrics.serve(Map.of("TIDINGS_METRICS_PORT", port)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Cannot listen on 127.0.0.1:" + port);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "65536", "-2"})
  void whatIsNoPortIsSaid(String port) {
    assertThatThrownBy(() -> WorkerMetrics.serve(Map.of("TIDINGS_METRICS_PORT", port)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("TIDINGS_METRICS_PORT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "", " "})
  void nothingIsServedUnlessAskedFor(String port) throws IOException {
    WorkerMetrics.serve(Map.of("TIDINGS_METRICS_PORT", port));
    WorkerMetrics.serve(Map.of());
  }
}
