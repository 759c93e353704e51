package dev.tidings.cli.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/**
 * What a running {@code tidings up} tells the other commands, in the file {@code up.json} of the
 * {@link TidingsHome}. The newest one wins.
 *
 * @param pid of the process
 * @param started when that process started, which tells it from a later one with its number
 * @param bootstrapServers its Kafka
 * @param registry its schema registry
 * @param connect the REST API of its Connect worker
 * @param prefix of its topics
 * @param dataDirectory where it keeps its data
 */
public record RunFile(
    long pid,
    Instant started,
    String bootstrapServers,
    String registry,
    String connect,
    String prefix,
    String dataDirectory) {

  private static final String NAME = "up.json";

  /** When this process started, as the operating system says; the epoch if it does not. */
  public static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** Writes it in one step. */
  public void write(Path home) throws IOException {
    Files.createDirectories(home);
    Path unfinished = Files.createTempFile(home, NAME, ".tmp");
    Files.writeString(
        unfinished,
        new JsonMapper()
                .createObjectNode()
                .put("pid", pid)
                .put("started", started.toString())
                .put("bootstrapServers", bootstrapServers)
                .put("registry", registry)
                .put("connect", connect)
                .put("prefix", prefix)
                .put("dataDirectory", dataDirectory)
                .toPrettyString()
            + "\n");
    Files.move(
        unfinished,
        home.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes it unless another process has written its own in the meantime. */
  public void delete(Path home) throws IOException {
    if (read(home).filter(this::equals).isPresent()) {
      Files.deleteIfExists(home.resolve(NAME));
    }
  }

  /** That of a process that is alive. */
  public static Optional<RunFile> readLive(Path home) {
    return read(home).filter(RunFile::isLive);
  }

  private static Optional<RunFile> read(Path home) {
    try {
      String text = Files.readString(home.resolve(NAME));
      JsonNode json = new JsonMapper().readTree(text);
      return Optional.of(
          new RunFile(
              json.path("pid").asLong(),
              Instant.parse(json.path("started").asText()),
              json.path("bootstrapServers").asText(),
              json.path("registry").asText(),
              json.path("connect").asText(),
              json.path("prefix").asText(),
              json.path("dataDirectory").asText()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException | java.time.DateTimeException e) {
      // Not ours, or of a version to come: nothing that can be used.
      return Optional.empty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          "Cannot read " + home.resolve(NAME) + ": " + e.getMessage(), e);
    }
  }

  private boolean isLive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(started))
        .isPresent();
  }
}
