package dev.tidings.infra.stack;

import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How an {@link EmbeddedStack} is set up.
 *
 * @param dataDirectory where everything is kept; made if it is not there
 * @param kafkaPort the broker's port on 127.0.0.1; 0 takes a free one
 * @param registryPort the registry's; likewise
 * @param connectPort the REST port of the Connect worker; likewise
 * @param topics the topics to create
 * @param dedup settings of the de-duplication, by the names in {@code DedupConfig}
 * @param broker settings of the broker beyond the usual
 * @param writers what the Connect worker runs from the start
 */
public record EmbeddedStackConfig(
    Path dataDirectory,
    int kafkaPort,
    int registryPort,
    int connectPort,
    PlatformTopics topics,
    Map<String, String> dedup,
    Map<String, String> broker,
    List<Writer> writers) {

  public EmbeddedStackConfig {
    dedup = Map.copyOf(dedup);
    broker = Map.copyOf(broker);
    writers = List.copyOf(writers);
  }

  /** The defaults: free ports, the topics and settings of the protocol. */
  public static EmbeddedStackConfig in(Path dataDirectory) {
    return new EmbeddedStackConfig(
        dataDirectory,
        0,
        0,
        0,
        PlatformTopics.defaults(Topics.DEFAULT),
        Map.of(),
        Map.of(),
        List.of());
  }

  /** The same with this port for the broker. */
  public EmbeddedStackConfig withKafkaPort(int port) {
    return new EmbeddedStackConfig(
        dataDirectory, port, registryPort, connectPort, topics, dedup, broker, writers);
  }

  /** The same with this port for the registry. */
  public EmbeddedStackConfig withRegistryPort(int port) {
    return new EmbeddedStackConfig(
        dataDirectory, kafkaPort, port, connectPort, topics, dedup, broker, writers);
  }

  /** The same with this port for the REST API of the Connect worker. */
  public EmbeddedStackConfig withConnectPort(int port) {
    return new EmbeddedStackConfig(
        dataDirectory, kafkaPort, registryPort, port, topics, dedup, broker, writers);
  }

  /** The same with these topics. */
  public EmbeddedStackConfig withTopics(PlatformTopics newTopics) {
    return new EmbeddedStackConfig(
        dataDirectory, kafkaPort, registryPort, connectPort, newTopics, dedup, broker, writers);
  }

  /** The same with one more setting of the de-duplication. */
  public EmbeddedStackConfig withDedup(String name, String value) {
    Map<String, String> more = new HashMap<>(dedup);
    more.put(name, value);
    return new EmbeddedStackConfig(
        dataDirectory, kafkaPort, registryPort, connectPort, topics, more, broker, writers);
  }

  /** The same with one more writer. */
  public EmbeddedStackConfig withWriter(Writer writer) {
    List<Writer> more = new ArrayList<>(writers);
    more.add(writer);
    return new EmbeddedStackConfig(
        dataDirectory, kafkaPort, registryPort, connectPort, topics, dedup, broker, more);
  }
}
