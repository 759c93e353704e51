package dev.tidings.infra.registry;

import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.DataDirectoryException;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.PortInUseException;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real schema registry (Apicurio Registry) in a JVM of its own, on 127.0.0.1, speaking the REST
 * API that Confluent's registry defined. It dies with this process.
 *
 * <p>With a data directory, schemas and their ids are the same after a restart, also when it was
 * killed: what was answered is on its way to the disk. Safe for use by several threads.
 */
public final class EmbeddedRegistry implements AutoCloseable {

  private static final String MAIN_CLASS = "io.quarkus.runner.GeneratedMain";
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int REQUEST_LIMIT_MILLIS = 10_000;
  private static final int ATTEMPTS = 3;
  private static final long LARGE_LOG_BYTES = 4L * 1024 * 1024;

  private final DataDirectory directory;
  private final ChildJvm child;
  private final int port;

  private EmbeddedRegistry(DataDirectory directory, ChildJvm child, int port) {
    this.directory = directory;
    this.child = child;
    this.port = port;
  }

  /**
   * Starts a registry and waits until it answers.
   *
   * @param config what to start it with
   * @return the running registry
   * @throws PortInUseException when somebody listens on the port asked for
   * @throws DataDirectoryException when the data directory cannot be written or is in use
   * @throws StartException when there is no registry to start, or it does not start
   */
  public static EmbeddedRegistry start(EmbeddedRegistryConfig config) {
    Path jar =
        RegistryHome.runnerJar(
            System.getProperty(RegistryHome.PROPERTY), System.getenv(RegistryHome.VARIABLE));
    checkFree(config.port());
    DataDirectory directory =
        DataDirectory.openOrTemporary(config.dataDirectory(), "tidings-registry-");
    try {
      Storage storage = Storage.in(directory, config.dataDirectory() != null);
      return start(config, jar, directory, storage);
    } catch (StartException e) {
      directory.close();
      throw e;
    } catch (IOException e) {
      directory.close();
      throw new StartException(
          "The schema registry cannot use %s: %s."
              .formatted(directory.path(), StartException.reason(e)),
          e);
    } catch (InterruptedException e) {
      directory.close();
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted while the schema registry was starting.", e);
    }
  }

  /**
   * As {@link #start}, on a thread of its own, so that other things can be started meanwhile. Who
   * does not want the registry any more when it comes must still close it.
   *
   * @param config what to start it with
   * @return completes with the running registry, or with a {@link StartException}
   */
  public static CompletableFuture<EmbeddedRegistry> startAsync(EmbeddedRegistryConfig config) {
    Executor ownThread =
        task -> {
          Thread thread = new Thread(task, "embedded-registry-start");
          thread.setDaemon(true);
          thread.start();
        };
    return CompletableFuture.supplyAsync(() -> start(config), ownThread);
  }

  private static EmbeddedRegistry start(
      EmbeddedRegistryConfig config, Path jar, DataDirectory directory, Storage storage)
      throws IOException, InterruptedException {
    StartException last = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (last != null) {
        // A registry whose parent was killed may need a moment to let go of port and files.
        Thread.sleep(100L * attempt + ThreadLocalRandom.current().nextLong(100));
        checkFree(config.port());
      }
      ChildJvm child = launch(config.port(), jar, directory, storage);
      try {
        String line = child.awaitLine(l -> LISTENING.matcher(l).find(), START_LIMIT);
        Matcher listening = LISTENING.matcher(line);
        int port = listening.find() ? Integer.parseInt(listening.group(1)) : config.port();
        EmbeddedRegistry registry = new EmbeddedRegistry(directory, child, port);
        registry.checkAnswers();
        storage.markComplete();
        return registry;
      } catch (StartException e) {
        last = e;
        if (child.isAlive()) {
          // It hangs: trying again would only double the wait.
          child.kill();
          break;
        }
      } catch (IOException | InterruptedException e) {
        child.kill();
        throw e;
      }
    }
    throw new StartException(
        "The schema registry did not start; see %s.".formatted(log(directory)), last);
  }

  private static ChildJvm launch(int port, Path jar, DataDirectory directory, Storage storage)
      throws IOException {
    Path log = log(directory);
    if (Files.exists(log) && Files.size(log) > LARGE_LOG_BYTES) {
      Files.move(log, log.resolveSibling("registry.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    Path temporary = directory.emptySubdirectory("tmp");
    List<String> options = new ArrayList<>(ChildJvm.LEAN);
    options.add("-Djava.io.tmpdir=" + temporary);
    options.add("-Duser.timezone=UTC");
    options.add("-Dquarkus.http.host=" + LoopbackPorts.HOST);
    // With 0 the registry itself takes a free port and says which: nobody can take it in between.
    options.add("-Dquarkus.http.port=" + port);
    options.add("-Dquarkus.management.host=" + LoopbackPorts.HOST);
    options.add("-Dquarkus.management.port=0");
    options.add("-Dquarkus.banner.enabled=false");
    options.add("-Dquarkus.http.access-log.enabled=false");
    options.add("-Dquarkus.log.console.format=%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c] %s%e%n");
    options.add("-Dquarkus.log.category.\"io.apicurio\".level=WARN");
    options.add("-Dquarkus.log.category.\"io.quarkus\".level=INFO");
    // Said although they are defaults: environment variables could say otherwise.
    options.add("-Dquarkus.profile=prod");
    options.add("-Dapicurio.storage.kind=sql");
    options.add("-Dapicurio.storage.sql.kind=h2");
    // The pool's defaults are those of a server for many.
    options.add("-Dapicurio.datasource.jdbc.initial-size=1");
    options.add("-Dapicurio.datasource.jdbc.min-size=1");
    options.add("-Dapicurio.datasource.jdbc.max-size=10");
    options.addAll(storage.options());
    return ChildJvm.of(MAIN_CLASS, log)
        .classPath(jar)
        .directory(directory.path())
        .jvmOptions(options)
        .start();
  }

  private static void checkFree(int port) {
    try (ServerSocketChannel channel = LoopbackPorts.listen(port)) {
      channel.socket();
    } catch (IOException e) {
      throw new StartException(
          "Port %d cannot be tried: %s.".formatted(port, StartException.reason(e)), e);
    }
  }

  private void checkAnswers() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url() + "/subjects").toURL().openConnection();
    connection.setConnectTimeout(REQUEST_LIMIT_MILLIS);
    connection.setReadTimeout(REQUEST_LIMIT_MILLIS);
    try {
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new StartException(
            "The schema registry answers with status %d; see %s.".formatted(status, log()));
      }
    } finally {
      connection.disconnect();
    }
  }

  private static Path log(DataDirectory directory) {
    return directory.path().resolve("registry.log");
  }

  /** Where its clients find it: {@code http://127.0.0.1:<port>/apis/ccompat/v7}. */
  public String url() {
    return "http://%s:%d/apis/ccompat/v7".formatted(LoopbackPorts.HOST, port);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The operating system's id of the registry's process. */
  public long pid() {
    return child.pid();
  }

  /** The file that the registry logs to. */
  public Path log() {
    return log(directory);
  }

  /** Whether the registry runs. */
  public boolean isAlive() {
    return child.isAlive();
  }

  /** Completes with the exit code when the registry ends, by itself or because it is closed. */
  public CompletableFuture<Integer> onExit() {
    return child.onExit();
  }

  /** Kills the registry with SIGKILL, for tests of what happens then; it must still be closed. */
  public void kill() {
    child.kill();
  }

  /** Stops the registry, at most ten seconds. Closing again does nothing. */
  @Override
  public void close() {
    child.stop(STOP_LIMIT);
    directory.close();
  }
}
