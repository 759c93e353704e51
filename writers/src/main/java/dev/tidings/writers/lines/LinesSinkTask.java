package dev.tidings.writers.lines;

import dev.tidings.event.json.EventJson;
import dev.tidings.writers.Version;
import dev.tidings.writers.converter.EventStructs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** See {@link LinesSinkConnector}. One thread, Connect's. */
public final class LinesSinkTask extends SinkTask {
  private @Nullable LinesFile file;

  /** For Kafka Connect. */
  public LinesSinkTask() {}

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public void start(Map<String, String> props) {
    String path =
        String.valueOf(LinesSinkConfig.definition().parse(props).get(LinesSinkConfig.FILE));
    try {
      file = LinesFile.append(Path.of(path));
    } catch (IOException e) {
      throw new ConnectException("Cannot append to %s: %s".formatted(path, e), e);
    }
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    List<String> lines = new ArrayList<>();
    for (SinkRecord record : records) {
      try {
        lines.addAll(lines(record));
      } catch (DataException e) {
        report(record, e);
      }
    }
    try {
      opened().write(lines);
    } catch (IOException e) {
      throw new RetriableException("Cannot write lines now: " + e, e);
    }
  }

  /** A deleted event was shown before, and gives no line. */
  private static List<String> lines(SinkRecord record) {
    if (record.value() == null) {
      return List.of();
    }
    if (!(record.value() instanceof Struct struct)) {
      throw new DataException(
          "Not an event: set value.converter to dev.tidings.writers.converter.EventConverter");
    }
    String name = String.valueOf(struct.schema().name());
    if (name.equals(EventStructs.EVENT.name())) {
      return List.of(EventJson.format(EventStructs.event(struct)));
    }
    if (name.equals(EventStructs.BATCH.name())) {
      return EventStructs.entries(struct).stream()
          .map(
              entry ->
                  "{\"occurrences\":%d,\"event\":%s}"
                      .formatted(
                          entry.getInt64("occurrences"),
                          EventJson.format(EventStructs.event(entry.getStruct("event")))))
          .toList();
    }
    throw new DataException("Neither an event nor a batch: " + name);
  }

  private void report(SinkRecord record, DataException problem) {
    ErrantRecordReporter reporter = context.errantRecordReporter();
    if (reporter == null) {
      throw problem;
    }
    reporter.report(record, problem);
  }

  @Override
  public void flush(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    try {
      opened().force();
    } catch (IOException e) {
      throw new RetriableException("Lines are not on disk yet: " + e, e);
    }
  }

  @Override
  public void stop() {
    if (file != null) {
      file.close();
    }
  }

  private LinesFile opened() {
    if (file == null) {
      throw new IllegalStateException("Kafka Connect calls start first");
    }
    return file;
  }
}
