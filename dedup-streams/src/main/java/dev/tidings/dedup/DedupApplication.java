package dev.tidings.dedup;

import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.dedup.topology.DedupMeters;
import dev.tidings.dedup.topology.DedupTopology;
import dev.tidings.dedup.topology.EventValues;
import dev.tidings.dedup.topology.OutputErrors;
import dev.tidings.dedup.topology.RefusedEvents;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running de-duplication. Several may run for the same topics, in one JVM or in many: they
 * share the partitions. Thread-safe.
 */
public final class DedupApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DedupApplication.class);
  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final KafkaStreams streams;
  private final PrometheusMeterRegistry meters;

  /** What else is to be closed, newest first. */
  private final Deque<AutoCloseable> parts;

  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private OptionalInt httpPort = OptionalInt.empty();

  /** Why a thread ended last. */
  private final AtomicReference<Throwable> lastError = new AtomicReference<>();

  private DedupApplication(
      KafkaStreams streams, PrometheusMeterRegistry meters, Deque<AutoCloseable> parts) {
    this.streams = streams;
    this.meters = meters;
    this.parts = parts;
  }

  /**
   * Checks the topics, makes the schemas known and starts. It has not read anything yet when this
   * returns: see {@link #awaitRunning}.
   *
   * @throws DedupStartException if the topics, the registry or Kafka are not there
   */
  public static DedupApplication start(DedupConfig config) {
    TopicLimits limits = RequiredTopics.check(config.originals(), config.topics());
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      DedupApplication application = build(config, limits, parts);
      application.run(config);
      return application;
    } catch (RegistryException e) {
      closeAll(parts);
      throw new DedupStartException(String.valueOf(e.getMessage()), e);
    } catch (StreamsException e) {
      closeAll(parts);
      throw new DedupStartException(
          "Kafka Streams does not start; each instance needs a state.dir of its own (%s)"
              .formatted(e.getMessage()),
          e);
    } catch (RuntimeException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static DedupApplication build(
      DedupConfig config, TopicLimits limits, Deque<AutoCloseable> parts) {
    SchemaRegistry registry = opened(SchemaRegistry.forConfig(config.originals()), parts);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.addFirst(meters::close);
    Maintenance maintenance = new Maintenance();
    if (!config.maintenanceFile().isEmpty()) {
      opened(MaintenanceFile.follow(Path.of(config.maintenanceFile()), maintenance), parts);
    }
    RefusedEvents refused = new RefusedEvents();
    Properties properties = config.streams();
    properties.put(OutputErrors.REFUSED_EVENTS_CONFIG, refused);
    KafkaStreams streams =
        opened(
            new KafkaStreams(
                DedupTopology.build(
                    config.topics(),
                    config.settings(limits.batch()),
                    EventValues.register(registry, config.topics(), limits.events()),
                    maintenance,
                    refused,
                    new DedupMeters(meters),
                    readers(parts)),
                properties),
            parts);
    KafkaStreamsMetrics streamsMetrics = opened(new KafkaStreamsMetrics(streams), parts);
    streamsMetrics.bindTo(meters);
    return new DedupApplication(streams, meters, parts);
  }

  private static Executor readers(Deque<AutoCloseable> parts) {
    AtomicInteger number = new AtomicInteger();
    ExecutorService readers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            work -> {
              Thread thread = new Thread(work, "dedup-state-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    parts.addFirst(readers::shutdown);
    return readers;
  }

  private static <T extends AutoCloseable> T opened(T part, Deque<AutoCloseable> parts) {
    parts.addFirst(part);
    return part;
  }

  private void run(DedupConfig config) {
    if (config.httpPort() >= 0) {
      StatusServer server =
          opened(
              StatusServer.start(
                  config.httpHost(),
                  config.httpPort(),
                  new StatusServer.Health(this::isStarted, this::isReady, this::isLive),
                  meters::scrape),
              parts);
      httpPort = OptionalInt.of(server.port());
    }
    streams.setStateListener((now, before) -> onState(now));
    streams.setUncaughtExceptionHandler(this::onThreadEnded);
    streams.start();
  }

  private void onState(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      running.complete(null);
    } else if (now == KafkaStreams.State.ERROR) {
      Throwable cause = lastError.get();
      failure.complete(cause == null ? new IllegalStateException("Kafka Streams failed") : cause);
    }
  }

  /** Called by the thread that ends; another takes its place. */
  private StreamThreadExceptionResponse onThreadEnded(Throwable error) {
    lastError.set(error);
    LOG.warn("A stream thread ended and is replaced", error);
    try {
      // What ended it may still be there.
      Thread.sleep(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /**
   * Waits until partitions are assigned and state is restored.
   *
   * @return false if the time was over first
   * @throws DedupStartException if it failed
   */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    try {
      CompletableFuture.anyOf(running, failure).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new DedupStartException("De-duplication failed: " + e.getMessage(), e);
    }
    if (failure.isDone()) {
      throw new DedupStartException("De-duplication failed: " + failure.join(), failure.join());
    }
    return true;
  }

  /** Kafka Streams' own word for how it is. */
  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Whether it ever ran. */
  public boolean isStarted() {
    return running.isDone();
  }

  /** Whether it processes records just now. */
  public boolean isReady() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Whether it works or may by itself work again. */
  public boolean isLive() {
    return !streams.state().isShuttingDown() && !streams.state().hasCompletedShutdown();
  }

  /** Where health and metrics are served, if they are. */
  public OptionalInt httpPort() {
    return httpPort;
  }

  /** What is measured, in Prometheus' text format. */
  public String metrics() {
    return meters.scrape();
  }

  /** Completes, with the cause, when it gave up by itself. */
  public CompletableFuture<Throwable> onFailure() {
    return failure.copy();
  }

  /**
   * Commits, leaves the group and gives everything back.
   *
   * @return false if the time was over first
   */
  public boolean close(Duration timeout) {
    boolean closed =
        streams.close(
            CloseOptions.timeout(timeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    closeAll(parts);
    return closed;
  }

  private static synchronized void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.removeFirst();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }

  /** Closes within 20 seconds. */
  @Override
  public void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
