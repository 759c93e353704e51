package dev.tidings.infra.kafka;

import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The embedded broker in a JVM of its own, so that it can be killed. It keeps its port and data
 * directory over restarts, and dies with this process.
 *
 * <p>Safe for use by several threads.
 */
public final class BrokerProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(35);

  private final BrokerConfig config;
  private final Path directory;
  private ChildJvm child;
  private int port;

  private BrokerProcess(BrokerConfig config, Path directory) {
    this.config = config;
    this.directory = directory;
    this.port = config.port();
    this.child = launch();
  }

  /**
   * Starts a broker and waits until it serves clients.
   *
   * @param config what to start it with; the data directory must be given
   * @return the running broker
   * @throws IllegalArgumentException when there is no data directory
   * @throws StartException when it does not start
   */
  public static BrokerProcess start(BrokerConfig config) {
    Path directory = config.dataDirectory();
    if (directory == null) {
      throw new IllegalArgumentException("a broker process needs a data directory");
    }
    return new BrokerProcess(config, directory.toAbsolutePath());
  }

  private ChildJvm launch() {
    ChildJvm.Launch launch =
        ChildJvm.of(BrokerMain.class, directory.resolve("broker.log"))
            .jvmOptions(ChildJvm.LEAN)
            .arguments(directory.toString(), Integer.toString(port));
    config.properties().forEach((name, value) -> launch.arguments(name + "=" + value));
    ChildJvm started = launch.start();
    try {
      String line =
          started.awaitLine(
              l -> l.startsWith(BrokerMain.READY) || l.startsWith(BrokerMain.FAILED), START_LIMIT);
      if (line.startsWith(BrokerMain.FAILED)) {
        throw new StartException(line.substring(BrokerMain.FAILED.length()));
      }
      port = Integer.parseInt(line.substring(BrokerMain.READY.length()).strip());
      return started;
    } catch (InterruptedException e) {
      started.kill();
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted while a broker was starting.", e);
    } catch (StartException e) {
      started.kill();
      throw e;
    }
  }

  /** What clients connect to; the same after a restart. */
  public synchronized String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** The port on 127.0.0.1 that clients use; the same after a restart. */
  public synchronized int port() {
    return port;
  }

  /** The operating system's id of the broker that runs, or ran last. */
  public synchronized long pid() {
    return child.pid();
  }

  /** Whether the broker runs. */
  public synchronized boolean isAlive() {
    return child.isAlive();
  }

  /** Completes with the exit code when the broker that runs now ends, for whatever reason. */
  public synchronized CompletableFuture<Integer> onExit() {
    return child.onExit();
  }

  /** The file that the broker prints to. */
  public synchronized Path log() {
    return child.output();
  }

  /** Kills the broker with SIGKILL; returns when it is gone. */
  public synchronized void kill() {
    child.kill();
  }

  /** Stops the broker in order, at most about half a minute; returns when it is gone. */
  public synchronized void stop() {
    child.stop(STOP_LIMIT);
  }

  /**
   * Starts the broker again on the same port and data, after {@link #kill} or {@link #stop}; stops
   * it before if it runs. Returns when it serves clients.
   *
   * @throws StartException when it does not start
   */
  public synchronized void restart() {
    stop();
    child = launch();
  }

  /** As {@link #stop}. */
  @Override
  public void close() {
    stop();
  }
}
