package dev.tidings.benchmarks.dedup;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** One node of a {@link BrokerCluster}. Argument: a file with its properties. */
public final class ClusterNodeMain {
  static final String STARTED = "cluster node started";

  /** All nodes have it, and nobody else. */
  private static final String CLUSTER_ID = "dGlkaW5ncy1iZW5jaG1hcg";

  private ClusterNodeMain() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(in);
    }
    Path logs = Path.of(properties.getProperty("log.dirs"));
    if (!Files.exists(logs.resolve("meta.properties"))) {
      format(logs, Integer.parseInt(properties.getProperty("node.id")));
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    System.out.println(STARTED);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
    server.awaitShutdown();
  }

  private static void format(Path logs, int node) throws Exception {
    createDirectory(logs);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(node)
        .setClusterId(CLUSTER_ID)
        .setControllerListenerName(BrokerCluster.CONTROLLER)
        .setMetadataLogDirectory(logs.toString())
        .addDirectory(logs.toString())
        .run();
  }

  private static void createDirectory(Path directory) throws IOException {
    Files.createDirectories(directory);
  }
}
