package dev.tidings.writers.syslog;

import dev.tidings.writers.delivery.DeliveryConnector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * Writes events as RFC 5424 messages over UDP, TCP or TLS. Made for the batches topic: what a batch
 * holds is one write, and each message says how many occurrences it adds. Also takes the events
 * topic: a message for each new state.
 *
 * <p>Over TCP and TLS, offsets are committed when the receiver has read everything. When a
 * connection breaks, what was written since the last confirmation is written again: messages can
 * arrive twice, none is missing. Over UDP, what the network or the receiver drops is lost.
 */
public final class SyslogSinkConnector extends DeliveryConnector {

  /** For Kafka Connect. */
  public SyslogSinkConnector() {
    super(SyslogConfig.DEFINITION, SyslogSinkTask.class);
  }

  @Override
  protected String targetSetting() {
    return SyslogConfig.TARGETS;
  }

  @Override
  protected void check(AbstractConfig config) {
    for (SyslogTarget target : SyslogConfig.targets(config)) {
      try {
        InetAddress.getByName(target.host());
      } catch (UnknownHostException e) {
        throw new ConfigException("%s: this worker knows no host of that name".formatted(target));
      }
    }
    SyslogConfig.tls(config);
  }
}
