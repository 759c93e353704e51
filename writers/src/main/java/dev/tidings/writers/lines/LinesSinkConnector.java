package dev.tidings.writers.lines;

import dev.tidings.writers.Version;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Appends event JSON lines to a file. Reads the events topic (one line per new state) or the
 * batches topic (one line per entry, {@code {"occurrences":n,"event":{…}}}), with {@link
 * dev.tidings.writers.converter.EventConverter} as its {@code value.converter}.
 *
 * <p>Offsets are committed when the lines are on disk: after a crash lines can be there twice, none
 * is missing. One task, since a file has one writer.
 */
public final class LinesSinkConnector extends SinkConnector {
  private Map<String, String> settings = Map.of();

  /** For Kafka Connect. */
  public LinesSinkConnector() {}

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public ConfigDef config() {
    return LinesSinkConfig.definition();
  }

  @Override
  public void start(Map<String, String> props) {
    settings = Map.copyOf(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return LinesSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(settings);
  }

  @Override
  public void stop() {}
}
