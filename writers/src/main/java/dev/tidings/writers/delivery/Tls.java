package dev.tidings.writers.delivery;

import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** TLS with Kafka's own settings, {@code ssl.…}: stores as files and as PEM text alike. */
public final class Tls {
  private Tls() {}

  /** Adds the settings. */
  public static ConfigDef define(ConfigDef definition) {
    SslConfigs.addClientSslSupport(definition);
    return definition;
  }

  /**
   * What to trust and to show; the JVM's default for what is not set. Host names are verified by
   * whoever connects, whatever the settings say.
   *
   * @throws ConfigException if the key or trust store cannot be used
   */
  public static SSLContext context(AbstractConfig config) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(config.values());
      return factory.sslContext();
    } catch (KafkaException e) {
      ConfigException wrong =
          new ConfigException(
              "ssl.* cannot be used: %s; correct the key or trust store, its type or its password"
                  .formatted(e.getMessage()));
      wrong.initCause(e);
      throw wrong;
    }
  }
}
