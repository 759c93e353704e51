package dev.tidings.testcontainers;

import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/** One part of the platform, for a {@link TidingsStack}. */
final class PartContainer extends PlatformContainer<PartContainer> {

  private PartContainer(DockerImageName image, String part, int port, Network network) {
    super(image, part);
    withExposedPorts(port);
    withNetwork(network);
    withNetworkAliases(part);
  }

  static PartContainer kafka(DockerImageName image, Network network) {
    return new PartContainer(image, "kafka", KAFKA_PORT, network);
  }

  static PartContainer registry(DockerImageName image, Network network) {
    return new PartContainer(image, "registry", REGISTRY_PORT, network);
  }
}
