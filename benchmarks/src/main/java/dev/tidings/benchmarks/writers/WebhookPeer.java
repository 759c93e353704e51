package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.receivers.HttpReceiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.IdentityHashMap;
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

  /** So that a run takes seconds. */
  @Override
  public int repeats() {
    return 5;
  }

  @Override
  public Bare prepare(List<List<Event>> batches) {
    // The same batches again and again: each is made once.
    Map<List<Event>, String> made = new IdentityHashMap<>();
    List<String> bodies =
        batches.stream().map(batch -> made.computeIfAbsent(batch, WebhookPeer::body)).toList();
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

  private static String body(List<Event> batch) {
    return batch.stream()
        .map(event -> "{\"event\":%s,\"occurrences\":1}".formatted(EventJson.format(event)))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Override
  public void close() {
    server.close();
  }
}
