package dev.tidings.writers.lines;

import dev.tidings.writers.delivery.DeliveryTask;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.config.AbstractConfig;

/** See {@link LinesSinkConnector}. */
public final class LinesSinkTask extends DeliveryTask {

  /** For Kafka Connect. */
  public LinesSinkTask() {
    super(LinesSinkConfig.DEFINITION);
  }

  @Override
  protected Receiver open(AbstractConfig config) throws IOException {
    String file = config.getString(LinesSinkConfig.FILE);
    return new LinesReceiver(
        file.equals(LinesSinkConfig.STANDARD_OUTPUT)
            ? new StandardOutput()
            : LinesFile.append(Path.of(file)));
  }
}
