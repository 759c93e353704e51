package dev.tidings.platform;

import dev.tidings.infra.process.LoopbackPorts;
import java.util.Map;

/**
 * Where the broker listens and what it tells its clients to connect to: one listener for clients
 * outside of the container's network, who come by a mapped port, one for other containers, and its
 * own on loopback, for the parts in the same process.
 *
 * @param ownPort on loopback
 * @param advertised the address outside
 * @param network the address among containers
 * @param ports where it listens
 */
record Listeners(int ownPort, String advertised, String network, Ports ports) {

  static Listeners of(Settings settings) {
    return new Listeners(
        LoopbackPorts.free(),
        settings.advertised(),
        settings.networkHost() + ":" + settings.ports().kafkaNetwork(),
        settings.ports());
  }

  /** What the broker's properties have beyond an embedded broker's. */
  Map<String, String> properties() {
    String own = "PLAINTEXT://%s:%d".formatted(LoopbackPorts.HOST, ownPort);
    return Map.of(
        "listeners",
        // The controller's port is an open socket already, whatever is said here.
        "%s,CONTROLLER://%s:0,OUTSIDE://0.0.0.0:%d,NETWORK://0.0.0.0:%d"
            .formatted(own, LoopbackPorts.HOST, ports.kafka(), ports.kafkaNetwork()),
        "advertised.listeners",
        "%s,OUTSIDE://%s,NETWORK://%s".formatted(own, advertised, network),
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:PLAINTEXT,NETWORK:PLAINTEXT");
  }
}
