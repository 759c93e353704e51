package dev.tidings.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorFolderTest {
  @TempDir Path folder;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Codes of the next answers; 200 when there are no more. */
  private final Deque<Integer> answers = new ArrayDeque<>();

  private HttpServer worker;
  private URI rest;

  @BeforeEach
  void startWorker() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    worker.createContext(
        "/",
        exchange -> {
          requests.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      new String(
                          exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          byte[] body = "{\"error_code\":1,\"message\":\"no such class\"}".getBytes();
          exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    worker.start();
    rest = URI.create("http://127.0.0.1:%d/".formatted(worker.getAddress().getPort()));
  }

  @AfterEach
  void stopWorker() {
    worker.stop(0);
  }

  @Test
  void eachFileIsPutByItsName() throws IOException {
    write("b.json", "{\"connector.class\": \"B\"}");
    write("a.json", "{\"connector.class\": \"A\", \"tasks.max\": 2}");
    write("README.md", "none");

    ConnectorFolder.read(folder).apply(rest);

    assertThat(requests)
        .containsExactly(
            "PUT /connectors/a/config {\"connector.class\":\"A\",\"tasks.max\":2}",
            "PUT /connectors/b/config {\"connector.class\":\"B\"}");
  }

  @Test
  void aWorkerThatIsBusyIsAskedAgain() throws IOException {
    write("a.json", "{}");
    answers.addAll(List.of(409, 500));

    ConnectorFolder.read(folder).apply(rest);

    assertThat(requests).hasSize(3);
  }

  @Test
  void whatIsRefusedIsSaid() throws IOException {
    write("a.json", "{}");
    answers.add(400);

    ConnectorFolder connectors = ConnectorFolder.read(folder);

    assertThatThrownBy(() -> connectors.apply(rest))
        .isInstanceOf(ConnectorRefusedException.class)
        .hasMessage("Connector a: no such class");
    assertThat(requests).hasSize(1);
  }

  @Test
  void noFolderIsNoConnectors() throws IOException {
    assertThat(ConnectorFolder.read(folder.resolve("absent")).connectors()).isEmpty();
    assertThat(ConnectorFolder.read(Path.of("")).connectors()).isEmpty();
  }

  @Test
  void whatIsNoObjectIsRefused() throws IOException {
    write("a.json", "[]");
    assertThatThrownBy(() -> ConnectorFolder.read(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.json must hold a JSON object");
    write("a.json", "{");
    assertThatThrownBy(() -> ConnectorFolder.read(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.json is no JSON");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
