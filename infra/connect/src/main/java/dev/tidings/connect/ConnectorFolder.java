package dev.tidings.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connectors as files, {@code NAME.json} with the settings of connector NAME: a mounted ConfigMap,
 * for example. Connectors whose file is gone are left as they are.
 *
 * @param connectors name → settings
 */
record ConnectorFolder(Map<String, ObjectNode> connectors) {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectorFolder.class);
  private static final String SUFFIX = ".json";
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int CONFLICT = 409;
  private static final JsonMapper JSON = new JsonMapper();

  /** The group of workers finds itself, or one of them is away: the next try may go well. */
  private static final RetryPolicy<HttpResponse<String>> RETRIES =
      RetryPolicy.<HttpResponse<String>>builder()
          .handle(IOException.class)
          .handleResultIf(
              answer -> answer.statusCode() == CONFLICT || answer.statusCode() / 100 == 5)
          .withBackoff(Duration.ofMillis(250), Duration.ofSeconds(10))
          .withJitter(0.2)
          .withMaxDuration(LIMIT)
          .withMaxRetries(-1)
          .build();

  /**
   * @param folder empty or absent for none
   * @throws ConfigException if a file holds something else than an object
   */
  static ConnectorFolder read(Path folder) throws IOException {
    Map<String, ObjectNode> connectors = new TreeMap<>();
    if (!folder.toString().isEmpty() && Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
          String name = file.getFileName().toString();
          connectors.put(name.substring(0, name.length() - SUFFIX.length()), settings(file));
        }
      }
    }
    return new ConnectorFolder(connectors);
  }

  private static ObjectNode settings(Path file) throws IOException {
    try {
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode settings) {
        return settings;
      }
    } catch (JsonProcessingException e) {
      throw new ConfigException("%s is no JSON: %s".formatted(file, e.getOriginalMessage()));
    }
    throw new ConfigException(
        "%s must hold a JSON object: the settings of a connector".formatted(file));
  }

  /**
   * Creates and updates them.
   *
   * @param rest the API of any worker of the group
   * @throws ConnectorRefusedException if one was not taken
   */
  void apply(URI rest) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();
    connectors.forEach((name, settings) -> put(client, rest, name, settings));
  }

  private static void put(HttpClient client, URI rest, String name, ObjectNode settings) {
    HttpRequest request =
        HttpRequest.newBuilder(
                rest.resolve(
                    "/connectors/%s/config"
                        .formatted(URLEncoder.encode(name, StandardCharsets.UTF_8))))
            .timeout(ANSWER_LIMIT)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(settings.toString()))
            .build();
    HttpResponse<String> answer;
    try {
      answer =
          Failsafe.with(RETRIES)
              .get(() -> client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new ConnectorRefusedException(
          "Connector %s: the worker does not answer: %s".formatted(name, e.getCause()), e);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new ConnectorRefusedException(
          "Connector %s: %s".formatted(name, reason(answer.body())));
    }
    LOG.info("Connector {} is set up", name);
  }

  private static String reason(String body) {
    try {
      JsonNode message = JSON.readTree(body).path("message");
      return oneLine(message.isTextual() ? message.asText() : body);
    } catch (JsonProcessingException e) {
      return oneLine(body);
    }
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
