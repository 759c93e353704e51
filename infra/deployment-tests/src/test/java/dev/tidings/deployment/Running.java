package dev.tidings.deployment;

import static org.awaitility.Awaitility.await;

import dev.tidings.connect.Main;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.informer.metrics.InformerMetrics;
import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.micrometer.RecorderMetrics;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * All programs of the platform at work, each with its metrics on: the de-duplication by HTTP, a
 * worker of Kafka Connect likewise, a recorder and an informer by Micrometer.
 */
final class Running implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private enum Trial {
    Recorded
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final PrometheusMeterRegistry embedded =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final int dedupPort = LoopbackPorts.free();
  private final int workerPort = LoopbackPorts.free();
  private final int workerMetricsPort = LoopbackPorts.free();

  private Running() {}

  /** Starts them and returns when an event has gone through all of them. */
  static Running start(Path directory) throws Exception {
    Running running = new Running();
    try {
      running.startAll(directory);
      return running;
    } catch (Exception | Error e) {
      running.close();
      throw e;
    }
  }

  private void startAll(Path directory) throws Exception {
    EmbeddedStackConfig config = EmbeddedStackConfig.in(directory.resolve("stack"));
    EmbeddedStack stack =
        opened(
            EmbeddedStack.start(
                config
                    .withTopics(config.topics().withPartitions(1))
                    .withDedup("tidings.batch.interval.ms", "200")
                    .withDedup("tidings.http.port", Integer.toString(dedupPort))));
    Path lines = directory.resolve("events.jsonl");
    ChildJvm worker = opened(startWorker(stack, directory, lines));
    EventRecorder recorder = opened(record(stack));
    SchemaRegistry registry = opened(RegistryClient.create(RegistryConfig.of(stack.registryUrl())));
    SharedInformer<String, Event> informer =
        opened(
            EventInformers.builder(stack.topics(), registry)
                .bootstrapServers(stack.bootstrapServers())
                .build());
    new RecorderMetrics(recorder).bindTo(embedded);
    InformerMetrics metrics = new InformerMetrics(informer, stack.topics().events(), List.of());
    metrics.bindTo(embedded);
    informer.start();
    if (!informer.awaitSync(LIMIT)) {
      throw new IllegalStateException("The informer did not load");
    }
    // Lag is known with the next answer of the broker.
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              metrics.refresh();
              return !informer.status().lag().isEmpty();
            });
    worker.awaitLine(line -> line.contains("tidings-connect: started"), LIMIT);
    await().atMost(LIMIT).until(() -> Files.exists(lines) && !Files.readString(lines).isEmpty());
  }

  private ChildJvm startWorker(EmbeddedStack stack, Path directory, Path lines) throws IOException {
    Path connectors = Files.createDirectories(directory.resolve("connectors"));
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    Files.writeString(
        connectors.resolve("tidings-lines.json"),
        """
        {"connector.class": "dev.tidings.writers.lines.LinesSinkConnector",
         "topics": "%s", "file": "${secrets:%s:file}"}
        """
            .formatted(stack.topics().events(), secrets));
    Files.writeString(secrets.resolve("file"), lines.toString());
    return ChildJvm.of(Main.class, directory.resolve("worker.log"))
        .jvmOptions(ChildJvm.LEAN)
        .environment(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                stack.bootstrapServers(),
                "KAFKA_SCHEMA_REGISTRY_URL",
                stack.registryUrl(),
                "KAFKA_LISTENERS",
                "http://%s:%d".formatted(LoopbackPorts.HOST, workerPort),
                "TIDINGS_METRICS_PORT",
                Integer.toString(workerMetricsPort),
                "TIDINGS_CONNECTORS",
                connectors.toString(),
                "TIDINGS_SECRETS",
                secrets.toString()))
        .start();
  }

  private static EventRecorder record(EmbeddedStack stack) throws InterruptedException {
    EventRecorder recorder =
        EventRecorder.builder()
            .source("node-1", "test")
            .catalogue(Trial.class)
            .bootstrapServers(stack.bootstrapServers())
            .registry(stack.registryUrl())
            .build();
    recorder.record(Trial.Recorded, Severity.INFO, "all of it is measured");
    if (!recorder.flush(LIMIT)) {
      throw new IllegalStateException("The recorder could not send");
    }
    return recorder;
  }

  /** The names of what all of them expose, as Prometheus stores them. */
  Set<String> metrics() throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>(names(embedded.scrape()));
    names.addAll(dedupMetrics());
    names.addAll(workerMetrics());
    return names;
  }

  /** Of the de-duplication alone. */
  Set<String> dedupMetrics() throws IOException, InterruptedException {
    return names(get("http://127.0.0.1:%d/metrics".formatted(dedupPort)));
  }

  /** Of the worker alone. */
  Set<String> workerMetrics() throws IOException, InterruptedException {
    return names(get("http://127.0.0.1:%d/metrics".formatted(workerMetricsPort)));
  }

  private static Set<String> names(String exposed) {
    Set<String> names = new TreeSet<>();
    exposed
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }

  private String get(String url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("%s answers with %d".formatted(url, answer.statusCode()));
    }
    return answer.body();
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.addFirst(part);
    return part;
  }

  @Override
  public void close() throws Exception {
    List<Exception> failures = new ArrayList<>();
    while (!parts.isEmpty()) {
      try {
        parts.removeFirst().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
