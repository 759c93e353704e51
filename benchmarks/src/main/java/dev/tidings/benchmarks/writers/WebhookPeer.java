package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.receivers.HttpReceiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** The JDK's HTTP server; the bare loop posts ready-made bodies, one after the other. */
final class WebhookPeer implements Peer {
  private final AtomicLong bytes = new AtomicLong();
  private final HttpReceiver server;

  WebhookPeer() throws IOException {
    server = HttpReceiver.start(0);
    server.behave(
        request -> {
          bytes.addAndGet(request.body().length());
          return HttpReceiver.Answer.of(200);
        });
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public String description() {
    return "HTTP server of the JDK, 500 events a request";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "connector.class",
        "dev.tidings.writers.webhook.WebhookSinkConnector",
        "webhook.url",
        server.url());
  }

  @Override
  public void clear() {
    bytes.set(0);
  }

  @Override
  public long arrived() {
    return bytes.get();
  }

  @Override
  public Bare prepare(List<List<Event>> batches) {
    List<String> bodies =
        batches.stream()
            .map(
                batch ->
                    batch.stream()
                        .map(
                            event ->
                                "{\"event\":%s,\"occurrences\":1}"
                                    .formatted(EventJson.format(event)))
                        .collect(Collectors.joining(",", "[", "]")))
            .toList();
    return () -> {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      for (String body : bodies) {
        client.send(
            HttpRequest.newBuilder(URI.create(server.url()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding());
      }
    };
  }

  @Override
  public void close() {
    server.close();
  }
}
