package dev.tidings.junit;

import dev.tidings.dedup.DedupApplication;
import dev.tidings.dedup.DedupConfig;
import dev.tidings.dedup.DedupStartException;
import dev.tidings.event.Event;
import dev.tidings.informer.Freshness;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.informer.events.Settled;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.process.Parts;
import dev.tidings.infra.process.StartException;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.EventRecorderBuilder;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The platform in the JVM of a test: a real Kafka broker on loopback, the topics, the
 * de-duplication, and a schema registry in memory. No Docker, nothing to install.
 *
 * <pre>{@code
 * @RegisterExtension static final EmbeddedTidings tidings = EmbeddedTidings.create();
 *
 * @Test
 * void saysWhoLeads() throws Exception {
 *   try (EventRecorder recorder = tidings.recorder().catalogue(ClusterEvent.class).build()) {
 *     new Controller(recorder).elect("node-3");
 *     recorder.flush(Duration.ofSeconds(10));
 *   }
 *   assertThat(tidings.settledEvents()).extracting(Event::getMessage).containsExactly("node-3 leads");
 * }
 * }</pre>
 *
 * <p>As an extension in a static field it runs from before the first test of a class until after
 * the last; tests of a class share what is recorded. Without JUnit call {@link #start} and {@link
 * #close}. Thread-safe.
 */
public final class EmbeddedTidings implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
  private static final String BATCH_INTERVAL_MILLIS = "200";
  private static final int PARTITIONS = 2;

  private final PlatformTopics topics;
  private final Map<String, String> dedupSettings;
  private final String registryName = "embedded-tidings-" + UUID.randomUUID();

  /** Guarded by this. */
  private final Parts parts = new Parts();

  private @Nullable EmbeddedKafka kafka;
  private @Nullable SharedInformer<String, Event> informer;

  private EmbeddedTidings(PlatformTopics topics, Map<String, String> dedupSettings) {
    this.topics = topics;
    this.dedupSettings = dedupSettings;
  }

  /**
   * With two partitions, and batches every 200 ms, so that tests need not wait; otherwise with the
   * platform's defaults.
   */
  public static EmbeddedTidings create() {
    return new EmbeddedTidings(
        PlatformTopics.defaults(Topics.DEFAULT).withPartitions(PARTITIONS),
        Map.of(DedupConfig.BATCH_INTERVAL_MS, BATCH_INTERVAL_MILLIS));
  }

  /** The same with a setting of the de-duplication, by the names in {@link DedupConfig}. */
  public EmbeddedTidings withDedup(String setting, String value) {
    Map<String, String> more = new HashMap<>(dedupSettings);
    more.put(setting, value);
    return new EmbeddedTidings(topics, more);
  }

  /** The same with other topics. */
  public EmbeddedTidings withTopics(PlatformTopics newTopics) {
    return new EmbeddedTidings(newTopics, dedupSettings);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  /**
   * Starts it and returns when records are processed; in about three seconds. Calling it again does
   * nothing.
   *
   * @throws StartException one line that says what did not start
   */
  public synchronized EmbeddedTidings start() {
    if (kafka != null) {
      return this;
    }
    try {
      parts.opened("The registry", () -> InMemorySchemaRegistry.forget(registryName));
      EmbeddedKafka broker = parts.opened(EmbeddedKafka.start(BrokerConfig.temporary()));
      kafka = broker;
      createTopics(broker);
      startDedup(broker);
      return this;
    } catch (DedupStartException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new StartException("Interrupted while starting", e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void createTopics(EmbeddedKafka broker) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(topics.all()).all().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StartException("The topics could not be created: " + StartException.reason(e), e);
    }
  }

  private void startDedup(EmbeddedKafka broker) throws InterruptedException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("state.dir", temporaryDirectory().toString());
    settings.put(DedupConfig.HTTP_PORT, "-1");
    settings.putAll(dedupSettings);
    settings.put(DedupConfig.PREFIX, topics().prefix());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registryUrl());
    DedupApplication dedup = parts.opened(DedupApplication.start(DedupConfig.of(settings)));
    if (!dedup.awaitRunning(START_LIMIT)) {
      throw new StartException(
          "The de-duplication does not run after %d s; the log says why"
              .formatted(START_LIMIT.toSeconds()));
    }
  }

  private Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("tidings-junit-");
      parts.opened(directory.toString(), () -> delete(directory));
      return directory;
    } catch (IOException e) {
      throw new StartException("No temporary directory: " + e, e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** What clients of Kafka connect to. */
  public synchronized String bootstrapServers() {
    if (kafka == null) {
      throw new IllegalStateException(
          "Not started: put it into a static field with @RegisterExtension, or call start()");
    }
    return kafka.bootstrapServers();
  }

  /** {@code mock://…}: a registry that recorders, informers and serializers in this JVM know. */
  public String registryUrl() {
    return "mock://" + registryName;
  }

  /** The same registry, as an object. */
  public SchemaRegistry registry() {
    return InMemorySchemaRegistry.named(registryName);
  }

  /** The names of the topics. */
  public Topics topics() {
    return topics.topics();
  }

  /**
   * A recorder that records here and throws what is invalid: add catalogues, build it, and close it
   * when done.
   */
  public EventRecorderBuilder recorder() {
    return EventRecorder.builder()
        .source("test-node", "test")
        .bootstrapServers(bootstrapServers())
        .registry(registryUrl())
        .topics(topics())
        .strict(true);
  }

  /** The current events: one informer for all callers, started when first asked for. */
  public synchronized SharedInformer<String, Event> informer() throws InterruptedException {
    if (informer == null) {
      SharedInformer<String, Event> started =
          parts.opened(
              EventInformers.builder(topics(), registry())
                  .bootstrapServers(bootstrapServers())
                  .build()
                  .start());
      informer = started;
    }
    informer.awaitSync(START_LIMIT);
    return informer;
  }

  /**
   * Waits until everything that is in Kafka now is counted.
   *
   * @return the events there are then, the earliest first
   * @throws TimeoutException if that takes more than half a minute
   */
  public List<Event> settledEvents() throws InterruptedException, TimeoutException {
    Settled.await(
        Map.of("bootstrap.servers", bootstrapServers()), registry(), topics(), SETTLE_LIMIT);
    return informer().list(Freshness.latest(), SETTLE_LIMIT).values().stream()
        .sorted(Comparator.comparing(Event::getFirstTimestamp))
        .toList();
  }

  /** Stops it and deletes what it kept. Calling it again does nothing. */
  @Override
  public synchronized void close() {
    parts.close();
    informer = null;
    kafka = null;
  }
}
