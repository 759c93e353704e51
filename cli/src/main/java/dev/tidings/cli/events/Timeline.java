package dev.tidings.cli.events;

import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.replay.Contents;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.EventBatch;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.Replayed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Collects all that the topics still know of one object, source or event: what was recorded, what
 * was counted, what was rejected. For one thread.
 */
final class Timeline {
  private static final Comparator<TimelineEntry> OLDEST_FIRST =
      Comparator.comparing(TimelineEntry::time).thenComparing(TimelineEntry::what);

  private final Connection connection;
  private final ContentsReader reader;
  private final Subject subject;
  private final int limit;
  private final PriorityQueue<TimelineEntry> newest = new PriorityQueue<>(OLDEST_FIRST);
  private long leftOut;

  /**
   * @param limit how many of the newest entries
   */
  Timeline(Connection connection, ContentsReader reader, Subject subject, int limit) {
    this.connection = connection;
    this.reader = reader;
    this.subject = subject;
    this.limit = limit;
  }

  /** Reads it all. The oldest comes first. */
  List<TimelineEntry> read() throws Exception {
    IntPredicate partitions = partitions();
    replay(connection.topics().recorded())
        .partitions(partitions)
        .filter((bytes, value) -> isOf(subject.key(), bytes))
        .run(this::recorded);
    replay(connection.topics().batches()).partitions(partitions).run(this::batch);
    String key = subject.keyOfRejected();
    if (key != null) {
      replay(connection.topics().rejected())
          .filter((bytes, value) -> isOf(key, bytes))
          .run(this::rejected);
    }
    return newest.stream().sorted(OLDEST_FIRST).toList();
  }

  /** So that nothing is decoded that is about something else. */
  private static boolean isOf(@Nullable String key, byte @Nullable [] bytes) {
    return key == null || Arrays.equals(key.getBytes(StandardCharsets.UTF_8), bytes);
  }

  /** Only that of the key, if all of it has one. */
  private IntPredicate partitions() {
    String key = subject.key();
    if (key == null) {
      return partition -> true;
    }
    int partitions = TopicFacts.ask(connection, connection.topics().recorded()).partitions();
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    // As Kafka's producer chooses it; the topology's outputs keep the number.
    int one = Utils.toPositive(Utils.murmur2(keyBytes)) % partitions;
    return partition -> partition == one;
  }

  /** How many older entries there are. */
  long leftOut() {
    return leftOut;
  }

  private Replay<byte[], byte[]> replay(String topic) {
    return Replay.<byte[], byte[]>of(
            topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .clientProperties(connection.settings());
  }

  private void recorded(Replayed<byte[], byte[]> record) {
    if (reader.read(record.headers(), record.valueBytes()) instanceof Contents.OfEvent one
        && subject.hasOccurrence(one.event())) {
      add(TimelineEntry.occurred(one.event()));
    }
  }

  private void batch(Replayed<byte[], byte[]> record) {
    if (!(reader.read(record.headers(), record.valueBytes()) instanceof Contents.OfBatch many)) {
      return;
    }
    EventBatch batch = many.batch();
    for (BatchEntry entry : batch.getEntries()) {
      if (subject.hasState(entry.getEvent())) {
        add(TimelineEntry.counted(batch.getClosedAt(), entry.getEvent(), entry.getOccurrences()));
      }
    }
  }

  private void rejected(Replayed<byte[], byte[]> record) {
    if (reader.read(record.headers(), record.valueBytes()) instanceof Contents.Rejection why) {
      add(TimelineEntry.rejected(record.time(), why.reason() + " (" + why.origin() + ")"));
    }
  }

  private void add(TimelineEntry entry) {
    newest.add(entry);
    if (newest.size() > limit) {
      newest.remove();
      leftOut++;
    }
  }
}
