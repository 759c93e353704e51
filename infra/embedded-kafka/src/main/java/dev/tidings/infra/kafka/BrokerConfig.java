package dev.tidings.infra.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start a broker with.
 *
 * @param dataDirectory where its data is kept, or null for a temporary directory that is deleted
 *     when the broker is closed
 * @param port the port on 127.0.0.1 that clients use, or 0 for a free one
 * @param properties broker properties that are added to, or replace, those of the embedded broker
 */
public record BrokerConfig(@Nullable Path dataDirectory, int port, Map<String, String> properties) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException when the port is not one
   */
  public BrokerConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
    properties = Map.copyOf(properties);
  }

  /** A broker with a temporary directory on a free port. */
  public static BrokerConfig temporary() {
    return new BrokerConfig(null, 0, Map.of());
  }

  /**
   * A broker that keeps its data, on a free port.
   *
   * @param dataDirectory where the data is or will be
   * @return the configuration
   */
  public static BrokerConfig in(Path dataDirectory) {
    return new BrokerConfig(dataDirectory, 0, Map.of());
  }

  /**
   * The same on another port.
   *
   * @param newPort the port, or 0 for a free one
   * @return the new configuration
   */
  public BrokerConfig withPort(int newPort) {
    return new BrokerConfig(dataDirectory, newPort, properties);
  }

  /**
   * The same with one more broker property.
   *
   * @param name as in Kafka's documentation, for example {@code message.max.bytes}
   * @param value its value
   * @return the new configuration
   */
  public BrokerConfig withProperty(String name, String value) {
    Map<String, String> more = new HashMap<>(properties);
    more.put(name, value);
    return new BrokerConfig(dataDirectory, port, more);
  }
}
