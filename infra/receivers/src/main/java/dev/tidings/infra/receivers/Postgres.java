package dev.tidings.infra.receivers;

import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A real PostgreSQL on loopback, from the binaries that the build brings along. As durable as one
 * usually is against being killed, but not against the end of the machine. One thread.
 */
public final class Postgres implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final int port = LoopbackPorts.free();
  private EmbeddedPostgres server;

  private Postgres(Path directory) {
    this.directory = directory;
    this.server = launch();
  }

  /** Starts one, with its data there. */
  public static Postgres start(Path directory) {
    return new Postgres(directory);
  }

  private EmbeddedPostgres launch() {
    try {
      return EmbeddedPostgres.builder()
          .setPort(port)
          .setDataDirectory(directory.resolve("data"))
          .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
          .setCleanDataDirectory(false)
          .setServerConfig("listen_addresses", LoopbackPorts.HOST)
          // The library switches it off; then a kill would lose what was committed.
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("max_connections", "50")
          .setPGStartupWait(LIMIT)
          .start();
    } catch (IOException e) {
      throw new StartException("PostgreSQL did not start: " + e, e);
    }
  }

  /** What JDBC connects to. */
  public String url() {
    return "jdbc:postgresql://%s:%d/postgres?user=postgres".formatted(LoopbackPorts.HOST, port);
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** A connection of its own. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  /** SIGKILL for it and all its children. */
  public void kill() {
    try {
      long pid =
          Long.parseLong(
              Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0).strip());
      ProcessHandle.of(pid)
          .ifPresent(
              main -> {
                List<ProcessHandle> children = main.descendants().toList();
                main.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
                main.onExit().join();
                children.forEach(child -> child.onExit().join());
              });
      Files.deleteIfExists(directory.resolve("data/postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again on the same port and data. */
  public void restart() {
    // The handle of the killed one holds the lock on the data directory.
    close();
    server = launch();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
