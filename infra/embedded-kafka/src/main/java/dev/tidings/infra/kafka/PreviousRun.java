package dev.tidings.infra.kafka;

import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a broker that was killed leaves in the cluster's metadata: a registration that looks alive.
 * The controller lets its successor in only when that one's session is over, nine seconds later. As
 * the directory's lock proves that it is dead, it can be signed off at once.
 */
final class PreviousRun {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  // Kafka writes the first when formatting, the second when it stops in order.
  private static final String FORMATTED_FILE = "meta.properties";
  private static final String STOPPED_FILE = ".kafka_cleanshutdown";

  private PreviousRun() {}

  /** Whether a broker has, or may have, run on this directory. Formatting writes the file last. */
  static boolean formatted(Path logDirectory) {
    return Files.exists(logDirectory.resolve(FORMATTED_FILE));
  }

  /** Whether the last broker on this directory may have been killed. */
  static boolean killed(Path logDirectory) {
    return formatted(logDirectory) && Files.notExists(logDirectory.resolve(STOPPED_FILE));
  }

  /**
   * Removes the registration of a broker that was killed. If that fails, the broker is only let in
   * later.
   *
   * @param controllerPort of the running controller
   */
  static void signOff(int controllerPort) {
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG,
            LoopbackPorts.HOST + ":" + controllerPort,
            // The controller may not yet be elected; on loopback there is no reason to be patient.
            CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG,
            20,
            AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
            false);
    Admin admin = Admin.create(config);
    try {
      admin
          .unregisterBroker(BrokerProperties.NODE_ID)
          .all()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // Killed before it was ever registered: nothing to do.
      if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
        log.warn("The killed broker's registration has to run out first", e.getCause());
      }
    } catch (TimeoutException e) {
      log.warn("The killed broker's registration has to run out first", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted while the broker was starting.", e);
    } finally {
      admin.close(LIMIT);
    }
  }
}
