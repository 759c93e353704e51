package dev.tidings.infra.kafka;

import dev.tidings.infra.process.StartException;
import org.jspecify.annotations.Nullable;

/**
 * One broker for everything in this JVM, started when first asked for and stopped when the JVM
 * ends: tests share it and keep apart by topic and group names of their own.
 *
 * <p>Safe for use by several threads.
 */
public final class SharedKafka {

  private static @Nullable EmbeddedKafka kafka;
  private static @Nullable String failure;

  private SharedKafka() {}

  /**
   * The shared broker. Do not close it.
   *
   * @return the running broker
   * @throws StartException when it does not start; the same to every caller
   */
  public static synchronized EmbeddedKafka get() {
    if (failure != null) {
      throw new StartException(failure);
    }
    if (kafka == null) {
      try {
        // Tests need not wait as long as others until a member of a group that ended is missed.
        kafka =
            EmbeddedKafka.start(
                BrokerConfig.temporary().withProperty("group.min.session.timeout.ms", "1000"));
      } catch (StartException e) {
        failure = e.getMessage();
        throw e;
      }
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "shared-kafka-close"));
    }
    return kafka;
  }

  /** What clients of the shared broker connect to. */
  public static String bootstrapServers() {
    return get().bootstrapServers();
  }
}
