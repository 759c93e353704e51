package dev.tidings.infra.stack;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.dedup.DedupApplication;
import dev.tidings.dedup.DedupConfig;
import dev.tidings.dedup.DedupStartException;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.Parts;
import dev.tidings.infra.process.StartException;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker, a schema registry, the topics, the de-duplication and a Kafka Connect worker, all
 * on loopback. For development, demonstrations and tests.
 *
 * <p>Everything is in one directory and survives a restart, also after a kill:
 *
 * <pre>
 *  kafka/       the broker's log: topics, group offsets
 *  registry/    the registry's database: schemas and their ids
 *  streams/     state of the de-duplication that is not in Kafka
 *  connect/     offsets of source connectors
 * </pre>
 *
 * The registry is a child process, which ends when this process does, however it ends. Thread-safe.
 */
public final class EmbeddedStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStack.class);
  private static final Duration TOPOLOGY_LIMIT = Duration.ofSeconds(60);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

  private final EmbeddedStackConfig config;
  private final CompletableFuture<String> failure = new CompletableFuture<>();

  /** Guarded by this. */
  private final Parts parts = new Parts();

  private @Nullable EmbeddedKafka kafka;
  private @Nullable EmbeddedRegistry registry;
  private @Nullable ConnectWorker connect;
  private List<String> warnings = List.of();

  /** Parts that end from now on were told to. */
  private volatile boolean closing;

  private EmbeddedStack(EmbeddedStackConfig config) {
    this.config = config;
  }

  /**
   * Starts all of it and returns when records are being processed. If one part does not start,
   * those that did are stopped.
   *
   * @throws StartException one line that says which part and what to do
   */
  public static EmbeddedStack start(EmbeddedStackConfig config) {
    EmbeddedStack stack = new EmbeddedStack(config);
    try {
      stack.startParts();
      return stack;
    } catch (DedupStartException | RegistryException e) {
      stack.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stack.close();
      throw new StartException("Interrupted while starting", e);
    } catch (RuntimeException | Error e) {
      stack.close();
      throw e;
    }
  }

  private synchronized void startParts() throws InterruptedException {
    DataDirectory directory = parts.opened(DataDirectory.open(config.dataDirectory()));
    CompletableFuture<EmbeddedRegistry> registryStart =
        EmbeddedRegistry.startAsync(
            EmbeddedRegistryConfig.in(directory.path().resolve("registry"))
                .withPort(config.registryPort()));
    startKafka(directory.path().resolve("kafka"), registryStart);
    CompletableFuture<ConnectWorker> connectStart =
        CompletableFuture.supplyAsync(
            () ->
                ConnectWorker.start(
                    bootstrapServers(), directory.subdirectory("connect"), config.connectPort()));
    try {
      createTopics();
      registry = parts.opened(joined(registryStart));
      publishDemoCatalogue();
      startTopology(directory.subdirectory("streams"));
    } finally {
      connect = parts.opened(joined(connectStart));
    }
    startWriters();
    reportFailures();
  }

  private void startWriters() throws InterruptedException {
    Connectors connectors = new Connectors(started(connect).herder(), topics(), registryUrl());
    for (Writer writer : config.writers()) {
      connectors.start(writer);
    }
  }

  /** Waits for the registry too if the broker fails, so that it can be stopped. */
  private void startKafka(Path directory, CompletableFuture<EmbeddedRegistry> registryStart) {
    BrokerConfig broker = BrokerConfig.in(directory).withPort(config.kafkaPort());
    for (Map.Entry<String, String> property : config.broker().entrySet()) {
      broker = broker.withProperty(property.getKey(), property.getValue());
    }
    try {
      kafka = parts.opened(EmbeddedKafka.start(broker));
    } catch (RuntimeException e) {
      registryStart
          .handle(
              (started, error) -> {
                if (started != null) {
                  started.close();
                }
                return null;
              })
          .join();
      throw e;
    }
  }

  private void createTopics() throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      warnings = new TopicSetup(admin).apply(config.topics().all());
      warnings.forEach(LOG::warn);
      StaleTransactions.abort(admin, topics().dedupApplicationId());
    }
  }

  private void publishDemoCatalogue() {
    try (SchemaRegistry client = RegistryClient.create(RegistryConfig.of(registryUrl()))) {
      new CatalogueRegistry(client, topics()).publish(Catalogue.of(DemoEvent.class));
    }
  }

  private void startTopology(Path stateDirectory) throws InterruptedException {
    Map<String, Object> settings = new HashMap<>();
    // Static membership: after a kill, the next start does not wait for the session to end.
    settings.put("main.consumer.group.instance.id", "tidings-up");
    settings.put("state.dir", stateDirectory.toString());
    settings.putAll(config.dedup());
    settings.put(DedupConfig.PREFIX, topics().prefix());
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("schema.registry.url", registryUrl());
    DedupApplication dedup = DedupApplication.start(DedupConfig.of(settings));
    parts.opened("The de-duplication", () -> dedup.close(CLOSE_LIMIT));
    if (!dedup.awaitRunning(TOPOLOGY_LIMIT)) {
      throw new StartException(
          "The de-duplication is not running after %d s; the log says why"
              .formatted(TOPOLOGY_LIMIT.toSeconds()));
    }
    dedup.onFailure().whenComplete((cause, never) -> fail("The de-duplication failed: " + cause));
  }

  private void reportFailures() {
    started(kafka).onFailure().whenComplete((cause, never) -> fail("The broker failed: " + cause));
    started(registry)
        .onExit()
        .whenComplete((code, never) -> fail("The schema registry ended with code " + code));
  }

  private void fail(String reason) {
    if (!closing) {
      failure.complete(reason);
    }
  }

  private static <T> T joined(CompletableFuture<T> start) {
    try {
      return start.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** What clients of Kafka connect to. */
  public String bootstrapServers() {
    return started(kafka).bootstrapServers();
  }

  /** The registry's REST API, as Confluent defined it. */
  public String registryUrl() {
    return started(registry).url();
  }

  /** The REST API of the Connect worker. */
  public String connectUrl() {
    return started(connect).url();
  }

  /** The names of the topics. */
  public Topics topics() {
    return config.topics().topics();
  }

  /** The names of the writers that run. */
  public List<String> writers() {
    return config.writers().stream().map(Writer::name).toList();
  }

  /**
   * Restarts writers that fail, until closed, and says so.
   *
   * @param say takes one line for each failure, and one when the writer works again; called by
   *     another thread
   */
  public synchronized void watchWriters(Consumer<String> say) {
    if (!closing) {
      WriterWatch watch =
          new WriterWatch(
              new WriterTasks(started(connect).herder()),
              say,
              System::nanoTime,
              new SplittableRandom());
      watch.start(writers());
      parts.opened(watch);
    }
  }

  /** What was found to be other than configured and left as it is; one line each. */
  public List<String> warnings() {
    return warnings;
  }

  /** Completes with one line when a part ends by itself; never after {@link #close}. */
  public CompletableFuture<String> onFailure() {
    return failure.copy();
  }

  /** Stops all of it, each part within a limit. Calling it again does nothing. */
  @Override
  public synchronized void close() {
    closing = true;
    parts.close();
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Not started");
    }
    return part;
  }
}
