package dev.tidings.writers.lines;

import dev.tidings.writers.delivery.DeliveryConnector;
import java.util.List;
import java.util.Map;

/**
 * Appends event JSON lines to a file or standard output. Reads the events topic (one line per new
 * state) or the batches topic (one line per entry, {@code {"occurrences":n,"event":{…}}}), with
 * {@link dev.tidings.writers.converter.EventConverter} as its {@code value.converter}.
 *
 * <p>Offsets are committed when the lines are on disk: after a crash lines can be there twice, none
 * is missing. One task, since a file has one writer.
 */
public final class LinesSinkConnector extends DeliveryConnector {

  /** For Kafka Connect. */
  public LinesSinkConnector() {
    super(LinesSinkConfig.DEFINITION, LinesSinkTask.class);
  }

  @Override
  protected String targetSetting() {
    return LinesSinkConfig.FILE;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return super.taskConfigs(1);
  }
}
