package dev.tidings.platform;

import dev.tidings.dedup.DedupConfig;
import dev.tidings.infra.process.StartException;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * What the environment says. Settings of the de-duplication are understood as {@code tidings-dedup}
 * understands them: {@code TIDINGS_BATCH_INTERVAL_MS} is {@code tidings.batch.interval.ms}.
 *
 * @param advertised {@code TIDINGS_ADVERTISED}: what clients outside of the container's network
 *     connect to, {@code HOST:PORT}
 * @param networkHost {@code TIDINGS_NETWORK_HOST}: the container's name among other containers
 * @param dataDirectory {@code TIDINGS_DATA_DIR}
 * @param topics {@code TIDINGS_TOPIC_PREFIX} and {@code TIDINGS_PARTITIONS}
 * @param dedup settings of the de-duplication
 * @param ports not from the environment: a container's ports are mapped
 */
record Settings(
    String advertised,
    String networkHost,
    Path dataDirectory,
    PlatformTopics topics,
    Map<String, String> dedup,
    Ports ports) {

  /**
   * A file of more variables, as properties, to wait for: who starts the container may learn only
   * then under which port it can be reached.
   */
  private static final String FILE = "TIDINGS_SETTINGS_FILE";

  private static final Duration FILE_LIMIT = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;
  private static final String OURS = "TIDINGS_";

  /**
   * Waits for the file first, if there is to be one.
   *
   * @throws IllegalArgumentException one line that says what is wrong
   * @throws StartException if the file does not come
   */
  static Settings of(Map<String, String> environment) throws InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    String file = environment.get(FILE);
    if (file != null) {
      all.putAll(awaited(Path.of(file)));
    }
    return new Settings(
        address(all.getOrDefault("TIDINGS_ADVERTISED", "127.0.0.1:" + Ports.DEFAULT.kafka())),
        all.getOrDefault("TIDINGS_NETWORK_HOST", all.getOrDefault("HOSTNAME", "localhost")),
        Path.of(all.getOrDefault("TIDINGS_DATA_DIR", "data")),
        PlatformTopics.defaults(new Topics(all.getOrDefault("TIDINGS_TOPIC_PREFIX", "tidings")))
            .withPartitions(partitions(all.getOrDefault("TIDINGS_PARTITIONS", "2"))),
        dedup(all),
        Ports.DEFAULT);
  }

  private static Map<String, String> awaited(Path file) throws InterruptedException {
    long deadline = System.nanoTime() + FILE_LIMIT.toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > deadline) {
        throw new StartException(
            "%s has not come within %d s, which %s says to wait for"
                .formatted(file, FILE_LIMIT.toSeconds(), FILE));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw new StartException("%s cannot be read: %s".formatted(file, e), e);
    }
    Map<String, String> variables = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> variables.put(name, properties.getProperty(name)));
    return variables;
  }

  private static String address(String text) {
    if (!text.matches("\\S+:\\d{1,5}")) {
      throw new IllegalArgumentException("TIDINGS_ADVERTISED must be HOST:PORT, not " + text);
    }
    return text;
  }

  private static int partitions(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("TIDINGS_PARTITIONS must be a number, not " + text, e);
    }
  }

  private static Map<String, String> dedup(Map<String, String> variables) {
    Map<String, String> settings = new HashMap<>();
    variables.forEach(
        (name, value) -> {
          String setting = name.toLowerCase(Locale.ROOT).replace('_', '.');
          if (name.startsWith(OURS) && isDedups(setting)) {
            settings.put(setting, value);
          }
        });
    return settings;
  }

  private static boolean isDedups(String setting) {
    return DedupConfig.definition().names().contains(setting)
        || setting.startsWith(DedupConfig.TYPES + ".");
  }
}
