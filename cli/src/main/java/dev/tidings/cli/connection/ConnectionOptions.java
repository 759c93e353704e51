package dev.tidings.cli.connection;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.IoReason;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options by which a command finds Kafka and the registry. Each is taken from the command line,
 * else from the environment, else from the file, else from a running {@code tidings up}.
 */
public final class ConnectionOptions {
  private static final String SERVERS = "bootstrap.servers";
  private static final String REGISTRY = "schema.registry.url";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      description = "Kafka. Default: $TIDINGS_BOOTSTRAP_SERVERS, else a running 'tidings up'.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--registry",
      paramLabel = "URL,…",
      description = "The schema registry. Default: $TIDINGS_REGISTRY, else a running 'tidings up'.")
  private @Nullable String registry;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties for the Kafka and registry clients: TLS, SASL, ... Default:"
              + " $TIDINGS_CONFIG.")
  private @Nullable Path config;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "What the topics' names start with. Default: $TIDINGS_PREFIX, else tidings.")
  private @Nullable String prefix;

  @Option(names = "--verbose", description = "Show what the clients log, and stack traces.")
  private boolean verbose;

  /** Whether the person wants to see everything. */
  public boolean verbose() {
    return verbose;
  }

  /**
   * Puts it all together.
   *
   * @throws CommandException if Kafka or the registry is not known, or the file cannot be read
   */
  public Connection resolve() {
    return resolve(System.getenv(), RunFile.readLive(TidingsHome.path()));
  }

  Connection resolve(Map<String, String> environment, Optional<RunFile> up) {
    Map<String, Object> settings = new HashMap<>(fileSettings(environment));
    put(settings, SERVERS, first(bootstrapServers, environment.get("TIDINGS_BOOTSTRAP_SERVERS")));
    put(settings, REGISTRY, first(registry, environment.get("TIDINGS_REGISTRY")));
    String names = first(prefix, environment.get("TIDINGS_PREFIX"));
    if (up.isPresent() && isAbout(settings, up.get())) {
      settings.putIfAbsent(SERVERS, up.get().bootstrapServers());
      settings.putIfAbsent(REGISTRY, up.get().registry());
      names = first(names, up.get().prefix());
    }
    if (!settings.containsKey(SERVERS)) {
      throw new CommandException(
          ExitCode.USAGE,
          "No Kafka to talk to: start one with 'tidings up', or pass --bootstrap-servers");
    }
    if (!settings.containsKey(REGISTRY)) {
      throw new CommandException(
          ExitCode.USAGE,
          "No schema registry for Kafka at %s: pass --registry".formatted(settings.get(SERVERS)));
    }
    return new Connection(settings, names == null ? Topics.DEFAULT : new Topics(names));
  }

  /** The running one's registry is not for somebody else's Kafka. */
  private static boolean isAbout(Map<String, Object> settings, RunFile up) {
    Object servers = settings.get(SERVERS);
    return servers == null || servers.equals(up.bootstrapServers());
  }

  private Map<String, String> fileSettings(Map<String, String> environment) {
    String variable = environment.get("TIDINGS_CONFIG");
    Path file = config != null ? config : variable == null ? null : Path.of(variable);
    if (file == null) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      String reason =
          e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
      throw new CommandException(
          ExitCode.USAGE, "Cannot read the properties in %s: %s".formatted(file, reason), e);
    }
    Map<String, String> settings = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> settings.put(name, properties.getProperty(name)));
    return settings;
  }

  private static void put(Map<String, Object> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null ? one : other == null || other.isBlank() ? null : other;
  }
}
