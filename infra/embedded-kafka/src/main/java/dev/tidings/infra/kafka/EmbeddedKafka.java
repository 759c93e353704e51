package dev.tidings.infra.kafka;

import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.DataDirectoryException;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.PortInUseException;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A real Kafka broker in this process: KRaft, one node, 127.0.0.1 only.
 *
 * <pre>{@code
 * try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.temporary())) {
 *   properties.put("bootstrap.servers", kafka.bootstrapServers());
 * }
 * }</pre>
 *
 * <p>Started again on the same data directory it has the same data and the same cluster id, also
 * after the process was killed. It installs no shutdown hook: who starts it closes it. Safe for use
 * by several threads.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final Duration TOPIC_LIMIT = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private final int port;
  private final Path dataDirectory;
  private final String clusterId;
  private final BrokerFaults faults;
  private final Deque<Step> toClose;

  private EmbeddedKafka(
      int port, Path dataDirectory, String clusterId, BrokerFaults faults, Deque<Step> toClose) {
    this.port = port;
    this.dataDirectory = dataDirectory;
    this.clusterId = clusterId;
    this.faults = faults;
    this.toClose = toClose;
  }

  /** One thing to undo, and its name for the log. */
  private record Step(String name, Action action) {
    interface Action {
      void run() throws Exception;
    }
  }

  /**
   * Starts a broker and waits until it serves clients, at most about a minute.
   *
   * @param config what to start it with
   * @return the running broker
   * @throws PortInUseException when somebody listens on the port asked for
   * @throws DataDirectoryException when the data directory cannot be written or is in use
   * @throws StartException when the broker does not start for another reason
   */
  public static EmbeddedKafka start(BrokerConfig config) {
    Deque<Step> toClose = new ArrayDeque<>();
    try {
      return start(config, toClose);
    } catch (Exception e) {
      closeAll(toClose);
      if (e instanceof StartException known) {
        throw known;
      }
      throw new StartException("Kafka did not start: %s.".formatted(StartException.reason(e)), e);
    }
  }

  private static EmbeddedKafka start(BrokerConfig config, Deque<Step> toClose) throws Exception {
    // Ports are taken before anything is written, and handed over open: nobody can take them
    // between.
    ServerSocketChannel clients = listen(config.port(), toClose);
    ServerSocketChannel controllers = listen(0, toClose);
    int port = LoopbackPorts.of(clients);

    DataDirectory directory =
        DataDirectory.openOrTemporary(config.dataDirectory(), "tidings-kafka-");
    toClose.push(new Step("data directory", directory::close));
    Path logDirectory = directory.subdirectory("log");
    boolean killed = PreviousRun.killed(logDirectory);
    if (!PreviousRun.formatted(logDirectory)) {
      format(logDirectory);
    }

    KafkaConfig kafkaConfig =
        new KafkaConfig(
            BrokerProperties.of(
                logDirectory, port, LoopbackPorts.of(controllers), config.properties()),
            false);
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> stored =
        KafkaRaftServer.initializeLogDirs(kafkaConfig, log, "");
    ServerSocketFactory sockets =
        (listener, address, backlog, receiveBufferBytes) ->
            switch (listener) {
              case BrokerProperties.CLIENT_LISTENER -> clients;
              case BrokerProperties.CONTROLLER_LISTENER -> controllers;
              default ->
                  ServerSocketFactory.INSTANCE.openServerSocket(
                      listener, address, backlog, receiveBufferBytes);
            };
    BrokerFaults faults = new BrokerFaults();
    toClose.push(new Step("faults", faults::close));
    SharedServer shared =
        new SharedServer(
            kafkaConfig,
            stored._1(),
            Time.SYSTEM,
            new Metrics(Time.SYSTEM),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(kafkaConfig.quorumConfig().voters())),
            List.of(),
            faults,
            sockets);
    ControllerServer controller =
        new ControllerServer(shared, KafkaRaftServer.configSchema(), stored._2());
    BrokerServer broker = new BrokerServer(shared);

    toClose.push(new Step("controller", controller::shutdown));
    controller.startup();
    if (killed) {
      PreviousRun.signOff(LoopbackPorts.of(controllers));
    }
    toClose.push(new Step("broker", () -> broker.shutdown(CLOSE_LIMIT)));
    broker.startup();
    return new EmbeddedKafka(port, directory.path(), shared.clusterId(), faults, toClose);
  }

  private static ServerSocketChannel listen(int port, Deque<Step> toClose) throws IOException {
    ServerSocketChannel channel = LoopbackPorts.listen(port);
    toClose.push(new Step("port " + port, channel::close));
    channel.configureBlocking(false);
    return channel;
  }

  private static void format(Path logDirectory) throws Exception {
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(BrokerProperties.NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
        .setMetadataLogDirectory(logDirectory.toString())
        .addDirectory(logDirectory.toString())
        .run();
  }

  /** What clients connect to: {@code 127.0.0.1:<port>}. */
  public String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** The port on 127.0.0.1 that clients use. */
  public int port() {
    return port;
  }

  /** Where the broker keeps its data, absolute. */
  public Path dataDirectory() {
    return dataDirectory;
  }

  /** The cluster's identity; it stays the same as long as the data directory does. */
  public String clusterId() {
    return clusterId;
  }

  /**
   * Creates a topic if there is none of that name, and waits until it can be used.
   *
   * @param name its name
   * @param partitions how many partitions it has
   * @param settings topic settings, for example {@code cleanup.policy}
   * @throws StartException when it cannot be created
   */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
          .all()
          .get(TOPIC_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted while creating topic %s.".formatted(name), e);
    } catch (ExecutionException | TimeoutException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new StartException(
            "Topic %s cannot be created: %s.".formatted(name, StartException.reason(e)), e);
      }
    }
  }

  /**
   * Completes with the reason when the broker can no longer work. It never does for a broker that
   * is closed in time. Dependents run on one of the broker's threads and must not block.
   */
  public CompletableFuture<Throwable> onFailure() {
    return faults.firstFatal().copy();
  }

  /**
   * Stops the broker, then the controller, then deletes the data if it is temporary. Takes at most
   * 30 seconds; what has not stopped by then is left to the end of the process. Closing again does
   * nothing.
   */
  @Override
  public synchronized void close() {
    closeAll(toClose);
  }

  // A thread of its own: an interrupt of the caller must not leave half a broker behind.
  private static void closeAll(Deque<Step> toClose) {
    FutureTask<Boolean> closing =
        new FutureTask<>(
            () -> {
              while (!toClose.isEmpty()) {
                Step step = toClose.pop();
                try {
                  step.action().run();
                } catch (Exception e) {
                  log.warn("Closing the embedded broker: {} did not close", step.name(), e);
                }
              }
              return true;
            });
    Thread thread = new Thread(closing, "embedded-kafka-close");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
    while (true) {
      try {
        closing.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (TimeoutException e) {
        log.warn("The embedded broker did not stop within {}", CLOSE_LIMIT);
        break;
      } catch (ExecutionException e) {
        log.warn("Closing the embedded broker failed", e);
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
