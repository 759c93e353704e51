package dev.tidings.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectionOptionsTest {
  private static final RunFile UP = runFile(ProcessHandle.current().pid(), startOfThis());

  @TempDir Path directory;

  @Test
  void aRunningUpIsFound() {
    Connection connection = options().resolve(Map.of(), Optional.of(UP));

    assertThat(connection.settings())
        .containsEntry("bootstrap.servers", "127.0.0.1:9")
        .containsEntry("schema.registry.url", "http://127.0.0.1:8");
    assertThat(connection.topics().prefix()).isEqualTo("acme");
  }

  @Test
  void theCommandLineGoesBeforeTheEnvironmentBeforeTheFileBeforeTheRunningOne() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("client.properties"),
            """
        bootstrap.servers=file:1
        schema.registry.url=http://file
        security.protocol=SSL
        """);
    Map<String, String> environment =
        Map.of("TIDINGS_BOOTSTRAP_SERVERS", "env:1", "TIDINGS_CONFIG", file.toString());

    assertThat(options().resolve(environment, Optional.of(UP)).settings())
        .containsEntry("bootstrap.servers", "env:1")
        .containsEntry("schema.registry.url", "http://file")
        .containsEntry("security.protocol", "SSL");
    assertThat(
            options("--bootstrap-servers", "option:1", "--prefix", "p")
                .resolve(environment, Optional.of(UP)))
        .satisfies(
            connection -> {
              assertThat(connection.bootstrapServers()).isEqualTo("option:1");
              assertThat(connection.topics().prefix()).isEqualTo("p");
            });
  }

  @Test
  void whatIsMissingIsSaidInOneLine() {
    assertThatThrownBy(() -> options().resolve(Map.of(), Optional.empty()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("start one with 'tidings up'");
    assertThatThrownBy(
            () -> options("--bootstrap-servers", "other:1").resolve(Map.of(), Optional.of(UP)))
        .hasMessage("No schema registry for Kafka at other:1: pass --registry");
    assertThatThrownBy(() -> options("--config", "/no/such").resolve(Map.of(), Optional.empty()))
        .hasMessage("Cannot read the properties in /no/such: no such file");
  }

  @Test
  void aRunFileIsThereUntilItsProcessEnds() throws IOException {
    UP.write(directory);
    assertThat(RunFile.readLive(directory)).contains(UP);

    runFile(UP.pid(), Instant.EPOCH).write(directory);
    assertThat(RunFile.readLive(directory)).as("another process with its number").isEmpty();

    UP.delete(directory);
    assertThat(directory.resolve("up.json")).as("somebody else's").exists();
    runFile(UP.pid(), Instant.EPOCH).delete(directory);
    assertThat(directory.resolve("up.json")).doesNotExist();
    assertThat(RunFile.readLive(directory)).isEmpty();

    Files.writeString(directory.resolve("up.json"), "{ damaged");
    assertThat(RunFile.readLive(directory)).isEmpty();
  }

  private static RunFile runFile(long pid, Instant started) {
    return new RunFile(
        pid, started, "127.0.0.1:9", "http://127.0.0.1:8", "http://127.0.0.1:7", "acme", "/data");
  }

  private static Instant startOfThis() {
    return RunFile.startOf(ProcessHandle.current());
  }

  private static ConnectionOptions options(String... args) {
    ConnectionOptions options = new ConnectionOptions();
    CommandLine.populateCommand(options, args);
    return options;
  }
}
