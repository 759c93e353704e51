package dev.tidings.dedup;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the settings of {@code tidings-dedup} come from: a properties file, and then the
 * environment, where {@code TIDINGS_BATCH_INTERVAL_MS} is {@code tidings.batch.interval.ms} and
 * {@code KAFKA_SECURITY_PROTOCOL} is {@code security.protocol}. The names that the {@code tidings}
 * command has are understood, too.
 */
final class Environment {
  private static final String KAFKA_PREFIX = "KAFKA_";
  private static final String TIDINGS_PREFIX = "TIDINGS_";
  private static final Map<String, String> AS_THE_COMMAND_HAS_THEM =
      Map.of(
          "TIDINGS_BOOTSTRAP_SERVERS", "bootstrap.servers",
          "TIDINGS_REGISTRY", "schema.registry.url",
          "TIDINGS_PREFIX", DedupConfig.PREFIX);

  private Environment() {}

  /**
   * @param file or null
   * @throws IOException one line that says which file cannot be read
   */
  static Map<String, Object> settings(@Nullable Path file, Map<String, String> environment)
      throws IOException {
    Map<String, Object> settings = file == null ? new HashMap<>() : read(file);
    AS_THE_COMMAND_HAS_THEM.forEach(
        (variable, setting) -> {
          if (environment.containsKey(variable)) {
            settings.put(setting, environment.get(variable));
          }
        });
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(KAFKA_PREFIX)) {
            settings.put(setting(variable.substring(KAFKA_PREFIX.length())), value);
          } else if (variable.startsWith(TIDINGS_PREFIX) && mayBeOurs(setting(variable))) {
            settings.put(setting(variable), value);
          }
        });
    return settings;
  }

  private static Map<String, Object> read(Path path) throws IOException {
    Properties file = new Properties();
    try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      file.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("Cannot read the settings in " + path + ": " + e, e);
    }
    Map<String, Object> settings = new HashMap<>();
    file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    return settings;
  }

  /** Also one that is nearly so: it is refused, where others are for other programs. */
  private static boolean mayBeOurs(String setting) {
    Set<String> names = DedupConfig.definition().names();
    return names.contains(setting)
        || setting.startsWith(DedupConfig.TYPES + ".")
        || SettingNames.isMisspelt(setting, names);
  }

  private static String setting(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
