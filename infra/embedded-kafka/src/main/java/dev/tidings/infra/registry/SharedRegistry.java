package dev.tidings.infra.registry;

import dev.tidings.infra.process.StartException;
import org.jspecify.annotations.Nullable;

/**
 * One registry for everything in this JVM, started when first asked for and stopped when the JVM
 * ends: tests share it and keep apart by subject names of their own.
 *
 * <p>Safe for use by several threads.
 */
public final class SharedRegistry {

  private static @Nullable EmbeddedRegistry registry;
  private static @Nullable String failure;

  private SharedRegistry() {}

  /**
   * The shared registry. Do not close it.
   *
   * @return the running registry
   * @throws StartException when it does not start; the same to every caller
   */
  public static synchronized EmbeddedRegistry get() {
    if (failure != null) {
      throw new StartException(failure);
    }
    if (registry == null) {
      try {
        registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
      } catch (StartException e) {
        failure = e.getMessage();
        throw e;
      }
      Runtime.getRuntime().addShutdownHook(new Thread(registry::close, "shared-registry-close"));
    }
    return registry;
  }

  /** Where clients find the shared registry. */
  public static String url() {
    return get().url();
  }
}
