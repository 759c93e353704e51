package dev.tidings.benchmarks.writers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What we use of Kafka Connect's REST API. Thread-safe. */
final class ConnectClient {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;
  private final String registryUrl;

  ConnectClient(String url, String registryUrl) {
    this.url = url;
    this.registryUrl = registryUrl;
  }

  /** Starts a sink of ours. */
  void start(String name, String topic, Map<String, String> settings)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("topics", topic);
    all.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    all.put("value.converter", "dev.tidings.writers.converter.EventConverter");
    all.put("value.converter.schema.registry.url", registryUrl);
    String json =
        all.entrySet().stream()
            .map(one -> "\"%s\":\"%s\"".formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
    send(
        "/connectors/" + name + "/config",
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  void restart(String name) throws IOException, InterruptedException {
    send(
        "/connectors/" + name + "/restart?includeTasks=true",
        HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()));
  }

  void delete(String name) throws IOException, InterruptedException {
    send("/connectors/" + name, HttpRequest.newBuilder().DELETE());
  }

  String status(String name) throws IOException, InterruptedException {
    return send("/connectors/" + name + "/status", HttpRequest.newBuilder().GET());
  }

  private String send(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            request.uri(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }
}
