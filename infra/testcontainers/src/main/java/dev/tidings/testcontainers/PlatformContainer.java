package dev.tidings.testcontainers;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * The image {@code tidings-platform}, with all parts or one. The port that a host maps is known
 * only when the container runs, and the broker must tell it to its clients: so the container waits
 * for a file that says it.
 */
abstract class PlatformContainer<SELF extends PlatformContainer<SELF>>
    extends GenericContainer<SELF> {
  static final int KAFKA_PORT = 9092;
  static final int KAFKA_NETWORK_PORT = 19_092;
  static final int REGISTRY_PORT = 8081;
  static final int CONNECT_PORT = 8083;
  private static final String REGISTRY_PATH = "/apis/ccompat/v7";

  private static final String SETTINGS_FILE = "/var/lib/tidings/settings";
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  PlatformContainer(DockerImageName image, String part) {
    super(image);
    withCommand(part);
    withEnv("TIDINGS_SETTINGS_FILE", SETTINGS_FILE);
    waitingFor(
        Wait.forLogMessage(".*tidings-platform: started.*", 1).withStartupTimeout(START_LIMIT));
  }

  @Override
  protected void configure() {
    withEnv("TIDINGS_NETWORK_HOST", networkHost());
  }

  @Override
  protected void containerIsStarting(InspectContainerResponse container) {
    String settings =
        getExposedPorts().contains(KAFKA_PORT)
            ? "TIDINGS_ADVERTISED=" + hostAddress(KAFKA_PORT) + "\n"
            : "";
    copyFileToContainer(Transferable.of(settings), SETTINGS_FILE);
  }

  /** The environment variable that has this setting of the de-duplication. */
  static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The port of the container as this process reaches it. */
  final String hostAddress(int port) {
    return getHost() + ":" + getMappedPort(port);
  }

  /** The port of the container as other containers reach it. */
  final String networkAddress(int port) {
    return networkHost() + ":" + port;
  }

  final String hostRegistryUrl() {
    return "http://" + hostAddress(REGISTRY_PORT) + REGISTRY_PATH;
  }

  final String inNetworkRegistryUrl() {
    return "http://" + networkAddress(REGISTRY_PORT) + REGISTRY_PATH;
  }

  /** The alias given last: Testcontainers itself gives the first one. */
  private String networkHost() {
    List<String> aliases = getNetworkAliases();
    return aliases.get(aliases.size() - 1);
  }
}
