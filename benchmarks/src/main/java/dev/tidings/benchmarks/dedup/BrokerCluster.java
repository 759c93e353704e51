package dev.tidings.benchmarks.dedup;

import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three brokers, each its own process and one of the controllers: everything is kept three times,
 * and two must have it. One thread.
 */
final class BrokerCluster implements AutoCloseable {
  static final String CONTROLLER = "CONTROLLER";
  private static final int NODES = 3;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Integer> clientPorts = freePorts();
  private final List<Integer> controllerPorts = freePorts();
  private final List<ChildJvm> nodes = new ArrayList<>();

  private BrokerCluster(Path directory) {
    this.directory = directory;
  }

  static BrokerCluster start(Path directory) throws IOException, InterruptedException {
    BrokerCluster cluster = new BrokerCluster(directory);
    try {
      for (int node = 0; node < NODES; node++) {
        cluster.writeProperties(node);
        cluster.nodes.add(cluster.launch(node));
      }
      for (ChildJvm node : cluster.nodes) {
        node.awaitLine(ClusterNodeMain.STARTED::equals, LIMIT);
      }
      return cluster;
    } catch (RuntimeException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  private static List<Integer> freePorts() {
    return IntStream.range(0, NODES).mapToObj(any -> LoopbackPorts.free()).toList();
  }

  private void writeProperties(int node) throws IOException {
    Properties all = new Properties();
    all.setProperty("process.roles", "broker,controller");
    all.setProperty("node.id", Integer.toString(node + 1));
    all.setProperty(
        "controller.quorum.voters",
        IntStream.range(0, NODES)
            .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, controllerPorts.get(i)))
            .collect(Collectors.joining(",")));
    all.setProperty(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d"
            .formatted(clientPorts.get(node), CONTROLLER, controllerPorts.get(node)));
    all.setProperty("controller.listener.names", CONTROLLER);
    all.setProperty(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    all.setProperty("inter.broker.listener.name", "PLAINTEXT");
    all.setProperty("log.dirs", directory.resolve("node-" + node).toString());
    all.setProperty("default.replication.factor", "3");
    all.setProperty("min.insync.replicas", "2");
    all.setProperty("offsets.topic.replication.factor", "3");
    all.setProperty("offsets.topic.num.partitions", "3");
    for (String topic : List.of("transaction.state.log", "share.coordinator.state.topic")) {
      all.setProperty(topic + ".replication.factor", "3");
      all.setProperty(topic + ".min.isr", "2");
      all.setProperty(topic + ".num.partitions", "3");
    }
    all.setProperty("broker.session.timeout.ms", "3000");
    all.setProperty("broker.heartbeat.interval.ms", "500");
    all.setProperty("group.initial.rebalance.delay.ms", "0");
    all.setProperty("auto.create.topics.enable", "false");
    all.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
    all.setProperty("num.network.threads", "2");
    all.setProperty("num.io.threads", "4");
    Files.createDirectories(directory);
    try (Writer out = Files.newBufferedWriter(file(node))) {
      all.store(out, null);
    }
  }

  private Path file(int node) {
    return directory.resolve("node-" + node + ".properties");
  }

  private ChildJvm launch(int node) {
    return ChildJvm.of(ClusterNodeMain.class, directory.resolve("node-" + node + ".log"))
        .arguments(file(node).toString())
        .jvmOptions(ChildJvm.LEAN)
        .start();
  }

  String bootstrapServers() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  int size() {
    return nodes.size();
  }

  /** With SIGKILL. */
  void kill(int node) {
    nodes.get(node).kill();
  }

  void restart(int node) throws InterruptedException {
    ChildJvm started = launch(node);
    nodes.set(node, started);
    started.awaitLine(ClusterNodeMain.STARTED::equals, LIMIT);
  }

  @Override
  public void close() {
    // Not in order: the last ones would wait for a quorum that is gone.
    nodes.forEach(ChildJvm::kill);
  }
}
