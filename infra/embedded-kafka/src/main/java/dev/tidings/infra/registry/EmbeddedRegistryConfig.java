package dev.tidings.infra.registry;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to start a schema registry with.
 *
 * @param dataDirectory where schemas and ids are kept, or null to keep them in memory
 * @param port the port on 127.0.0.1, or 0 for a free one
 */
public record EmbeddedRegistryConfig(@Nullable Path dataDirectory, int port) {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException when the port is not one
   */
  public EmbeddedRegistryConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
  }

  /** A registry that forgets everything when it is closed, on a free port. */
  public static EmbeddedRegistryConfig inMemory() {
    return new EmbeddedRegistryConfig(null, 0);
  }

  /**
   * A registry that keeps its data, on a free port.
   *
   * @param dataDirectory where the data is or will be
   * @return the configuration
   */
  public static EmbeddedRegistryConfig in(Path dataDirectory) {
    return new EmbeddedRegistryConfig(dataDirectory, 0);
  }

  /**
   * The same on another port.
   *
   * @param newPort the port, or 0 for a free one
   * @return the new configuration
   */
  public EmbeddedRegistryConfig withPort(int newPort) {
    return new EmbeddedRegistryConfig(dataDirectory, newPort);
  }
}
