package dev.tidings.infra.kafka;

/**
 * One broker for everything in this JVM, started when first asked for and stopped when the JVM
 * ends: tests share it and keep apart by topic and group names of their own.
 *
 * <p>Safe for use by several threads.
 */
public final class SharedKafka {

  private SharedKafka() {}

  // Initialised by the first caller; the others wait for it.
  private static final class Holder {
    static final EmbeddedKafka KAFKA = start();

    private static EmbeddedKafka start() {
      EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.temporary());
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "shared-kafka-close"));
      return kafka;
    }
  }

  /**
   * The shared broker. Do not close it.
   *
   * @return the running broker
   * @throws dev.tidings.infra.process.StartException inside an {@link ExceptionInInitializerError},
   *     when it does not start
   */
  public static EmbeddedKafka get() {
    return Holder.KAFKA;
  }

  /** What clients of the shared broker connect to. */
  public static String bootstrapServers() {
    return get().bootstrapServers();
  }
}
