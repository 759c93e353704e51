package dev.tidings.infra.registry;

import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the unpacked distribution of the schema registry. */
final class RegistryHome {

  static final String PROPERTY = "tidings.registry.home";
  static final String VARIABLE = "TIDINGS_REGISTRY_HOME";

  private static final String ADVICE =
      "set "
          + VARIABLE
          + " (or -D"
          + PROPERTY
          + ") to the directory that holds apicurio-registry-app-<version>-runner.jar; the build"
          + " unpacks one to infra/embedded-kafka/target/registry.";

  private RegistryHome() {}

  /**
   * The registry's jar.
   *
   * @param property the value of the system property, or null
   * @param variable the value of the environment variable, or null
   * @throws StartException when there is none
   */
  static Path runnerJar(@Nullable String property, @Nullable String variable) {
    String home = property == null || property.isBlank() ? variable : property;
    if (home == null || home.isBlank()) {
      throw new StartException("No schema registry to start: " + ADVICE);
    }
    Path directory = Path.of(home).toAbsolutePath();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars =
          files
              .filter(
                  f -> f.getFileName().toString().matches("apicurio-registry-app-.*-runner\\.jar"))
              .sorted()
              .toList();
      if (!jars.isEmpty()) {
        return jars.get(jars.size() - 1);
      }
    } catch (IOException e) {
      throw new StartException("No schema registry in %s: %s".formatted(directory, ADVICE), e);
    }
    throw new StartException("No schema registry in %s: %s".formatted(directory, ADVICE));
  }
}
