package dev.tidings.cli.events;

import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.replay.Contents;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.Replayed;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Collects all that the topics still know of one record key (an object, or a source without one),
 * or of one event of it: what was recorded, what was counted, what was rejected. Only the partition
 * of the key is read. For one thread.
 */
final class Timeline {
  private static final Comparator<TimelineEntry> OLDEST_FIRST =
      Comparator.comparing(TimelineEntry::time).thenComparing(TimelineEntry::what);

  private final Connection connection;
  private final ContentsReader reader;
  private final String key;
  private final @Nullable Event only;
  private final int limit;
  private final PriorityQueue<TimelineEntry> newest = new PriorityQueue<>(OLDEST_FIRST);
  private long leftOut;

  /**
   * @param key of the records
   * @param only the event; null for everything with that key
   * @param limit how many of the newest entries
   */
  Timeline(
      Connection connection, ContentsReader reader, String key, @Nullable Event only, int limit) {
    this.connection = connection;
    this.reader = reader;
    this.key = key;
    this.only = only;
    this.limit = limit;
  }

  /** Reads it all. The oldest comes first. */
  List<TimelineEntry> read() throws Exception {
    int partitions = TopicFacts.ask(connection, connection.topics().recorded()).partitions();
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    // As Kafka's producer chooses it; the topology's outputs keep the number.
    int partition = Utils.toPositive(Utils.murmur2(keyBytes)) % partitions;
    replay(connection.topics().recorded())
        .partitions(number -> number == partition)
        .filter((bytes, value) -> java.util.Arrays.equals(bytes, keyBytes))
        .run(this::recorded);
    replay(connection.topics().batches())
        .partitions(number -> number == partition)
        .run(this::batch);
    if (only == null) {
      replay(connection.topics().rejected())
          .filter((bytes, value) -> java.util.Arrays.equals(bytes, keyBytes))
          .run(this::rejected);
    }
    return newest.stream().sorted(OLDEST_FIRST).toList();
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
        && (only == null || isLike(only, one.event()))) {
      add(TimelineEntry.occurred(one.event()));
    }
  }

  /** Whether an occurrence belongs to the event, as far as that can be told from outside. */
  private static boolean isLike(Event event, Event occurrence) {
    return occurrence.getType().equals(event.getType())
        && occurrence.getSeverity() == event.getSeverity()
        && occurrence.getSource().equals(event.getSource())
        && !occurrence.getFirstTimestamp().isBefore(event.getFirstTimestamp())
        && !occurrence.getLastTimestamp().isAfter(event.getLastTimestamp());
  }

  private void batch(Replayed<byte[], byte[]> record) {
    if (!(reader.read(record.headers(), record.valueBytes()) instanceof Contents.OfBatch many)) {
      return;
    }
    EventBatch batch = many.batch();
    UUID id = only == null ? null : only.getId();
    Predicate<Event> wanted =
        id == null ? event -> RecordKey.of(event).equals(key) : event -> event.getId().equals(id);
    for (BatchEntry entry : batch.getEntries()) {
      if (wanted.test(entry.getEvent())) {
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
