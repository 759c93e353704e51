package dev.tidings.writers.syslog;

import dev.tidings.writers.delivery.DeliveryTask;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import org.apache.kafka.common.config.AbstractConfig;
import org.jspecify.annotations.Nullable;

/** See {@link SyslogSinkConnector}. */
public final class SyslogSinkTask extends DeliveryTask {
  private @Nullable Targets targets;

  /** For Kafka Connect. */
  public SyslogSinkTask() {
    super(SyslogConfig.DEFINITION);
  }

  @Override
  protected Receiver open(AbstractConfig config) throws IOException {
    Targets known = targets;
    if (known == null) {
      known =
          new Targets(
              SyslogConfig.targets(config),
              SyslogConfig.tls(config),
              SyslogConfig.timeout(config),
              System::nanoTime);
      targets = known;
    }
    return SyslogReceiver.open(known, SyslogConfig.format(config));
  }
}
