package dev.tidings.infra.kafka;

import dev.tidings.infra.process.LoopbackPorts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The properties of a broker that is also its own controller, alone, on loopback. */
final class BrokerProperties {

  static final int NODE_ID = 1;
  static final String CLIENT_LISTENER = "PLAINTEXT";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerProperties() {}

  /**
   * @param logDirectory where Kafka keeps its log
   * @param port for clients
   * @param controllerPort for the controller
   * @param own what the user adds or replaces
   */
  static Map<String, String> of(
      Path logDirectory, int port, int controllerPort, Map<String, String> own) {
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(NODE_ID));
    all.put(
        "controller.quorum.voters",
        "%d@%s:%d".formatted(NODE_ID, LoopbackPorts.HOST, controllerPort));
    all.put(
        "listeners",
        "%s://%s:%d,%s://%s:%d"
            .formatted(
                CLIENT_LISTENER,
                LoopbackPorts.HOST,
                port,
                CONTROLLER_LISTENER,
                LoopbackPorts.HOST,
                controllerPort));
    all.put("controller.listener.names", CONTROLLER_LISTENER);
    all.put(
        "listener.security.protocol.map",
        "%s:PLAINTEXT,%s:PLAINTEXT".formatted(CLIENT_LISTENER, CONTROLLER_LISTENER));
    all.put("inter.broker.listener.name", CLIENT_LISTENER);
    all.put("log.dirs", logDirectory.toString());

    // There is one broker: what is kept thrice elsewhere can only be kept once here.
    all.put("default.replication.factor", "1");
    all.put("min.insync.replicas", "1");
    for (String topic : new String[] {"transaction.state.log", "share.coordinator.state.topic"}) {
      all.put(topic + ".replication.factor", "1");
      all.put(topic + ".min.isr", "1");
      all.put(topic + ".num.partitions", "1");
    }
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "1");

    // A misspelt topic is an error, not a new topic.
    all.put("auto.create.topics.enable", "false");
    // Groups of one need not wait for others to join.
    all.put("group.initial.rebalance.delay.ms", "0");
    // Threads and buffers of a laptop, not of a server.
    all.put("num.network.threads", "2");
    all.put("num.io.threads", "4");
    all.put("background.threads", "2");
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    // Rather an error than a wait without end.
    all.put("server.max.startup.time.ms", "60000");

    all.putAll(own);
    return all;
  }
}
