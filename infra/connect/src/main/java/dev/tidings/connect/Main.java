package dev.tidings.connect;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;

/**
 * {@code tidings-connect [FILE]}: a distributed Kafka Connect worker. Its settings come from a
 * properties file and then from the environment ({@link WorkerSettings}); connectors that lie in a
 * folder as JSON files are created and updated at each start ({@link ConnectorFolder}); what Kafka
 * Connect measures is served to Prometheus ({@link WorkerMetrics}).
 *
 * <p>Exit codes: 0 stopped by a signal, 1 Kafka Connect did not start, 2 wrong settings, 4 a
 * connector of the folder was refused.
 */
public final class Main {
  private static final String CONNECTORS = "TIDINGS_CONNECTORS";
  private static final int WRONG_SETTINGS = 2;
  private static final int REFUSED = 4;
  private static final Duration EXIT_LIMIT = Duration.ofSeconds(15);

  private Main() {}

  /** See the class. */
  public static void main(String[] args) throws InterruptedException {
    Map<String, String> environment = System.getenv();
    Map<String, String> settings;
    ConnectorFolder connectors;
    try {
      settings = WorkerSettings.of(args, environment);
      WorkerMetrics.serve(environment);
      connectors = ConnectorFolder.read(Path.of(environment.getOrDefault(CONNECTORS, "")));
    } catch (ConfigException | IOException e) {
      System.err.println("tidings-connect: " + e.getMessage());
      System.exit(WRONG_SETTINGS);
      return;
    }
    // Ends the JVM itself, with code 1 and the reason in the log, if it cannot start.
    Connect<DistributedHerder> connect = new ConnectDistributed().startConnect(settings);
    URI rest = connect.rest().advertisedUrl();
    try {
      connectors.apply(rest);
    } catch (ConnectorRefusedException e) {
      System.err.println("tidings-connect: " + e.getMessage());
      exit(REFUSED);
    }
    System.out.println("tidings-connect: started, " + rest);
    connect.awaitStop();
  }

  /** In order if that is soon done: Connect waits for more than a minute if it must. */
  private static void exit(int code) {
    CompletableFuture.delayedExecutor(EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> Runtime.getRuntime().halt(code));
    System.exit(code);
  }
}
