package dev.tidings.dedup;

import dev.tidings.dedup.topology.DedupTopology;
import dev.tidings.dedup.topology.EventValues;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
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

  private final SchemaRegistry registry;
  private final KafkaStreams streams;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /** Why a thread ended last. */
  private final AtomicReference<Throwable> lastError = new AtomicReference<>();

  private DedupApplication(SchemaRegistry registry, KafkaStreams streams) {
    this.registry = registry;
    this.streams = streams;
  }

  /**
   * Checks the topics, makes the schemas known and starts. It has not read anything yet when this
   * returns: see {@link #awaitRunning}.
   *
   * @throws DedupStartException if the topics, the registry or Kafka are not there
   */
  public static DedupApplication start(DedupConfig config) {
    RequiredTopics.check(config.originals(), config.topics());
    SchemaRegistry registry = SchemaRegistry.forConfig(config.originals());
    try {
      Topology topology =
          DedupTopology.build(
              config.topics(),
              config.rules(),
              config.rememberIdleOrigins(),
              config.batches(),
              EventValues.register(registry, config.topics()));
      DedupApplication application =
          new DedupApplication(registry, new KafkaStreams(topology, config.streams()));
      application.start();
      return application;
    } catch (RegistryException | StreamsException e) {
      registry.close();
      throw new DedupStartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  private void start() {
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
    registry.close();
    return closed;
  }

  /** Closes within 20 seconds. */
  @Override
  public void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
