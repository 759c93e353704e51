package dev.tidings.platform;

/**
 * Where the parts listen, on every address of the container.
 *
 * @param kafka for clients outside of the container's network
 * @param kafkaNetwork for other containers
 */
record Ports(int kafka, int kafkaNetwork, int registry, int connect) {
  static final Ports DEFAULT = new Ports(9092, 19092, 8081, 8083);
}
