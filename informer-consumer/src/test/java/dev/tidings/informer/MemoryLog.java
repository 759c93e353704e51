package dev.tidings.informer;

import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.History;
import dev.tidings.informer.watch.LogChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** A topic in memory: two partitions, offsets with gaps, nothing compacted. */
final class MemoryLog implements History.Source<String, String> {
  static final int PARTITIONS = 2;

  final Uuid topicId = Uuid.randomUuid();
  final List<LogChange<String, String>> records = new ArrayList<>();
  private final Map<String, String> states = new HashMap<>();
  private final long[] ends = new long[PARTITIONS];
  int histories;
  int openHistories;
  ResourceVersion begins = ResourceVersion.beginning(topicId);

  static int partitionOf(String key) {
    return Math.floorMod(key.hashCode(), PARTITIONS);
  }

  /** Appends a record, and before it a gap as a transaction marker leaves. */
  void append(String key, @Nullable String value, int gap) {
    int partition = partitionOf(key);
    long offset = ends[partition] + gap;
    ends[partition] = offset + 1;
    String previous = value == null ? states.remove(key) : states.put(key, value);
    records.add(new LogChange<>(partition, offset, key, value, previous));
  }

  boolean has(String key) {
    return states.containsKey(key);
  }

  /** A marker at the end, after which nothing comes. */
  void appendGap(int partition) {
    ends[partition]++;
  }

  ResourceVersion end() {
    return ResourceVersion.of(topicId, ends);
  }

  Map<String, String> states() {
    return new HashMap<>(states);
  }

  @Override
  public History<String, String> open(ResourceVersion from) {
    if (!from.isAtLeast(begins)) {
      throw new ExpiredException("the log begins after it");
    }
    histories++;
    openHistories++;
    return new MemoryHistory(from);
  }

  private final class MemoryHistory implements History<String, String> {
    private ResourceVersion position;
    private int next;
    private boolean closed;

    MemoryHistory(ResourceVersion from) {
      position = from;
    }

    @Override
    public Batch<String, String> read(Duration maxWait) {
      List<LogChange<String, String>> found = new ArrayList<>();
      while (next < records.size() && found.size() < 3) {
        LogChange<String, String> change = records.get(next++);
        if (change.offset() >= position.offset(change.partition())) {
          found.add(change);
          position = position.with(change.partition(), change.offset() + 1);
        }
      }
      if (next == records.size()) {
        position = end();
      }
      return new Batch<>(found, position);
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {
      if (!closed) {
        openHistories--;
      }
      closed = true;
    }
  }

  static LogRecord<String, String> logRecord(LogChange<String, String> record) {
    String object = record.object();
    return new LogRecord<>(
        record.partition(),
        record.offset(),
        0,
        record.key(),
        object,
        object == null,
        record.key().getBytes(StandardCharsets.UTF_8),
        object == null ? null : object.getBytes(StandardCharsets.UTF_8));
  }

  /** Feeds the log to a sink as a reflector does. */
  final class Reader {
    private final RecordSink<String, String> sink;
    private int next;
    private ResourceVersion position = ResourceVersion.beginning(topicId);

    Reader(RecordSink<String, String> sink) {
      this.sink = sink;
    }

    /** Loads everything there is. */
    void load() {
      next = 0;
      position = begins;
      sink.startOver(new RecordSink.Load(begins, begins, begins, end(), false, null, null));
      while (next < records.size()) {
        read(2);
      }
      position = end();
      sink.caughtUp(position);
    }

    /** Reads on, at most so many records. */
    void read(int atMost) {
      int until = (int) Math.min(records.size(), (long) next + atMost);
      for (; next < until; next++) {
        LogChange<String, String> record = records.get(next);
        if (record.offset() >= position.offset(record.partition())) {
          sink.record(logRecord(record));
          position = position.with(record.partition(), record.offset() + 1);
        }
      }
      if (next == records.size()) {
        position = end();
      }
      sink.advanced(position);
    }
  }
}
