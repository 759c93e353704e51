package dev.tidings.cli.events;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.point.LogPoint;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.ReplayPoint;
import dev.tidings.informer.replay.ReplayResult;
import dev.tidings.informer.rv.ResourceVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The events of an earlier point, rebuilt from the log, as bytes; and what changed after it. Exact
 * as long as the log has it all: compaction removes states that were replaced since, and with them
 * the events that had them. For one thread.
 */
final class PastEvents {
  private final Connection connection;
  private final String topic;
  private final Map<String, byte[]> events = new HashMap<>();
  private ResourceVersion version;
  // Whether Kafka has deleted what was there first.
  private boolean hasLostSome;

  private PastEvents(Connection connection, LogPoint at) throws Exception {
    this.connection = connection;
    this.topic = connection.topics().events();
    ReplayResult result =
        replay()
            .to(at.point())
            .run(record -> put(events, String.valueOf(record.key()), record.valueBytes()));
    version = result.resourceVersion();
  }

  /**
   * Rebuilds them.
   *
   * @throws CommandException if the log begins after that point
   */
  static PastEvents at(Connection connection, LogPoint at) throws Exception {
    PastEvents past = new PastEvents(connection, at);
    past.requireKnown(at);
    return past;
  }

  /** Each of them. */
  void forEach(CurrentEvents.Visitor visitor) {
    events.forEach(visitor::visit);
  }

  /**
   * What an event was, and what it became.
   *
   * @param before null if there was none
   * @param after null if there is none any more
   */
  record Difference(byte @Nullable [] before, byte @Nullable [] after) {}

  /** What changed from then to a later point, by the events' ids. */
  Map<String, Difference> differencesTo(LogPoint later) throws Exception {
    Map<String, byte @Nullable []> after = new HashMap<>();
    ReplayResult result =
        replay()
            .from(ReplayPoint.version(version))
            .to(later.point())
            .run(record -> after.put(String.valueOf(record.key()), record.valueBytes()));
    if (!result.resourceVersion().isAtLeast(version)) {
      throw new CommandException(
          ExitCode.USAGE, "%s is before where it is compared from".formatted(later));
    }
    Map<String, Difference> differences = new TreeMap<>();
    after.forEach(
        (id, value) -> {
          byte[] before = events.get(id);
          if (!java.util.Arrays.equals(before, value)) {
            differences.put(id, new Difference(before, value));
          }
        });
    return differences;
  }

  private static void put(Map<String, byte[]> into, String id, byte @Nullable [] value) {
    if (value == null) {
      into.remove(id);
    } else {
      into.put(id, value);
    }
  }

  private Replay<String, byte[]> replay() {
    return Replay.<String, byte[]>of(
            topic,
            (name, bytes) -> new String(bytes, StandardCharsets.UTF_8),
            new ByteArrayDeserializer())
        .clientProperties(connection.settings())
        .filter((key, value) -> key != null);
  }

  private void requireKnown(LogPoint at) {
    try (Admin admin = connection.openAdmin()) {
      Map<TopicPartition, OffsetSpec> question = new HashMap<>();
      for (int partition = 0; partition < version.partitions(); partition++) {
        question.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
      }
      Map<TopicPartition, ListOffsetsResultInfo> beginnings =
          new AdminAnswers(connection).get(admin.listOffsets(question).all());
      beginnings.forEach(
          (partition, beginning) -> {
            hasLostSome |= beginning.offset() > 0;
            if (beginning.offset() > 0
                && beginning.offset() >= version.offset(partition.partition())) {
              throw new CommandException(
                  ExitCode.EXPIRED,
                  "What was at %s is no longer known: Kafka has deleted what was in %s before it"
                      .formatted(at, topic));
            }
          });
    }
  }

  /** What a person should know who asks for a point, as of now. */
  List<String> remarks(LogPoint at, Instant now) {
    List<String> remarks = new ArrayList<>();
    if (at.point() instanceof ReplayPoint.Time time && time.time().isAfter(now)) {
      remarks.add("%s is in the future: this is the state of now".formatted(at));
    } else if (isTheBeginning()) {
      remarks.add("%s is before the first event that %s has ever had".formatted(at, topic));
    } else if (hasLostSome) {
      remarks.add(
          "events that were not seen again for long before %s may be missing: Kafka has deleted the"
                  .formatted(at)
              + " oldest part of %s".formatted(topic));
    }
    return remarks;
  }

  private boolean isTheBeginning() {
    for (int partition = 0; partition < version.partitions(); partition++) {
      if (version.offset(partition) > 0) {
        return false;
      }
    }
    return true;
  }
}
