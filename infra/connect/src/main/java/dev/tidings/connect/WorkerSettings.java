package dev.tidings.connect;

import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;

/**
 * The worker's settings: ours, then those of a properties file, then those of the environment,
 * where {@code KAFKA_GROUP_ID} is {@code group.id}, as for the de-duplication. {@code
 * KAFKA_SCHEMA_REGISTRY_URL} is the registry of our converter, which is the default for values;
 * {@code TIDINGS_TOPIC_PREFIX} is what the worker's own topics and group start with; files in the
 * folder {@code TIDINGS_SECRETS} can be referred to by connectors: {@code
 * ${secrets:/etc/tidings/secrets:FILE}}. What concerns TLS and SASL holds for the connectors'
 * clients too.
 */
final class WorkerSettings {
  private static final String KAFKA_PREFIX = "KAFKA_";
  private static final String TOPIC_PREFIX = "TIDINGS_TOPIC_PREFIX";
  private static final String SECRETS = "TIDINGS_SECRETS";
  private static final String REGISTRY = "schema.registry.url";
  private static final String VALUE_CONVERTER = "value.converter";

  private static final List<String> SECURITY = List.of("security.", "sasl.", "ssl.");
  private static final List<String> CLIENTS = List.of("consumer.", "producer.", "admin.");
  private static final String BROKERS_DEFAULT = "-1";
  private static final Map<String, String> OWN_TOPICS =
      Map.of("config", "-configs", "offset", "-offsets", "status", "-status");

  private WorkerSettings() {}

  /**
   * @param args the properties file, or nothing
   * @throws ConfigException that says what is wrong
   * @throws IOException if the file cannot be read
   */
  static Map<String, String> of(String[] args, Map<String, String> environment) throws IOException {
    if (args.length > 1) {
      throw new ConfigException("One file of settings at most");
    }
    Map<String, String> settings = ours(environment);
    if (args.length == 1) {
      Properties file = new Properties();
      try (Reader in = Files.newBufferedReader(Path.of(args[0]), StandardCharsets.UTF_8)) {
        file.load(in);
      } catch (IOException e) {
        throw new IOException("Cannot read the settings in " + args[0] + ": " + e, e);
      }
      file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(KAFKA_PREFIX)) {
            settings.put(setting(name.substring(KAFKA_PREFIX.length())), value);
          }
        });
    passOn(settings);
    String registry = settings.remove(REGISTRY);
    if (registry != null) {
      settings.putIfAbsent(VALUE_CONVERTER + "." + REGISTRY, registry);
    }
    if (settings.getOrDefault("bootstrap.servers", "").isBlank()) {
      throw new ConfigException(
          "Missing setting bootstrap.servers: give the brokers, as host:port");
    }
    return settings;
  }

  private static Map<String, String> ours(Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>();
    String name = worker(environment.getOrDefault(TOPIC_PREFIX, Topics.DEFAULT.prefix()));
    settings.put("group.id", name);
    OWN_TOPICS.forEach(
        (storage, topic) -> {
          settings.put(storage + ".storage.topic", name + topic);
          settings.put(storage + ".storage.replication.factor", BROKERS_DEFAULT);
        });
    settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    settings.put(VALUE_CONVERTER, "dev.tidings.writers.converter.EventConverter");
    // Sinks read what is committed, and not what was taken back.
    settings.put("consumer.isolation.level", "read_committed");
    settings.put("consumer.auto.offset.reset", "earliest");
    // A task comes for the next batches when it is done with these: then they should be here.
    settings.put("consumer.max.partition.fetch.bytes", "4194304");
    settings.put("consumer.receive.buffer.bytes", "-1");
    settings.put("offset.flush.interval.ms", "10000");
    settings.put("plugin.discovery", "service_load");
    settings.put("listeners", "http://127.0.0.1:8083");
    Path secrets = Path.of(environment.getOrDefault(SECRETS, ""));
    if (!secrets.toString().isEmpty() && Files.isDirectory(secrets)) {
      settings.put("config.providers", "secrets");
      settings.put("config.providers.secrets.class", DirectoryConfigProvider.class.getName());
      settings.put("config.providers.secrets.param.allowed.paths", secrets.toString());
    }
    return settings;
  }

  /** Connectors reach Kafka as the worker does, unless they are told otherwise. */
  private static void passOn(Map<String, String> settings) {
    Map.copyOf(settings)
        .forEach(
            (name, value) -> {
              if (SECURITY.stream().anyMatch(name::startsWith)) {
                CLIENTS.forEach(client -> settings.putIfAbsent(client + name, value));
              }
            });
  }

  private static String worker(String prefix) {
    try {
      return new Topics(prefix).prefix() + "-connect";
    } catch (IllegalArgumentException e) {
      throw new ConfigException(TOPIC_PREFIX, prefix, e.getMessage());
    }
  }

  private static String setting(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
