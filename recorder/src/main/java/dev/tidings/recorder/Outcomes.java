package dev.tidings.recorder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.json.EventJson;
import dev.tidings.recorder.journal.LogLimit;
import dev.tidings.recorder.journal.SetAside;
import dev.tidings.wire.MalformedValueException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of each event: counts it, logs it now and then, tells who asked. Thread-safe. */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private static final JsonFactory JSON = new JsonFactory();

  private record Waiting(List<String> cut, CompletableFuture<RecordResult> result) {}

  private final UUID journal;
  private final SetAside aside;
  private final LogLimit logLimit = LogLimit.oncePerMinute();

  /** Those who want to know, by their record's position in our own journal. */
  private final ConcurrentSkipListMap<Long, Waiting> waiting = new ConcurrentSkipListMap<>();

  final LongAdder recorded = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder truncated = new LongAdder();
  final LongAdder acknowledged = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder recovered = new LongAdder();
  final LongAdder aggregated = new LongAdder();
  final LongAdder sendErrors = new LongAdder();

  /** Of our own journal. */
  private final LongAdder settled = new LongAdder();

  /** By the cause's ordinal. */
  private final LongAdder[] dropped = new LongAdder[DropCause.values().length];

  /**
   * @param journal our own
   */
  Outcomes(UUID journal, SetAside aside) {
    this.journal = journal;
    this.aside = aside;
    Arrays.setAll(dropped, cause -> new LongAdder());
  }

  /** Somebody wants to know about the record that is about to be at a position. */
  CompletableFuture<RecordResult> expect(long position, List<String> cut) {
    CompletableFuture<RecordResult> result = new CompletableFuture<>();
    waiting.put(position, new Waiting(cut, result));
    return result;
  }

  RecordResult refused(String reason) {
    refused.increment();
    logLimit.run("refused", () -> LOG.warn("Event not recorded: {}", reason));
    return new RecordResult.Refused(reason);
  }

  RecordResult dropped(DropCause cause) {
    dropped[cause.ordinal()].increment();
    logLimit.run(cause.name(), () -> LOG.warn("Event dropped: {}", cause.reason()));
    return new RecordResult.Failed(cause.reason());
  }

  void recorded(List<String> cut) {
    recorded.increment();
    if (!cut.isEmpty()) {
      truncated.increment();
      logLimit.run("truncated", () -> LOG.warn("Event was over a limit and is cut: {}", cut));
    }
  }

  /** What {@link #recorded} counted was not taken after all. */
  void notRecorded(List<String> cut) {
    recorded.decrement();
    if (!cut.isEmpty()) {
      truncated.decrement();
    }
  }

  void acknowledged(Outgoing outgoing, String topic, int partition, long offset) {
    count(outgoing, acknowledged);
    complete(outgoing, cut -> new RecordResult.Acknowledged(topic, partition, offset, cut));
  }

  /** It will never be taken: it is kept aside, and those behind it go on. */
  void givenUp(Outgoing outgoing, String reason) {
    count(outgoing, failed);
    logLimit.run("failed", () -> LOG.warn("Event given up: {}", reason));
    aside.refused(outgoing.journal(), outgoing.position(), describe(outgoing.event(), reason));
    complete(outgoing, cut -> new RecordResult.Failed(reason));
  }

  /** As JSON: {@code reason} and {@code event}. */
  private static String describe(JournaledEvent event, String reason) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("reason", reason);
      json.writeFieldName("event");
      EventJson.write(event.event(), json);
      json.writeEndObject();
    } catch (IOException | MalformedValueException e) {
      return "%s%nIt cannot be shown: %s%n".formatted(reason, e);
    }
    return out.append(System.lineSeparator()).toString();
  }

  private void count(Outgoing outgoing, LongAdder outcome) {
    int records = outgoing.sources().size();
    outcome.add(records);
    aggregated.add(records - 1L);
    if (outgoing.journal().equals(journal)) {
      settled.add(records);
    } else {
      recovered.add(records);
    }
  }

  private interface ResultOfCut {
    RecordResult with(List<String> cut);
  }

  private void complete(Outgoing outgoing, ResultOfCut result) {
    if (waiting.isEmpty() || !outgoing.journal().equals(journal)) {
      return;
    }
    for (Long position : outgoing.sources()) {
      Waiting asked = waiting.remove(position);
      if (asked != null) {
        asked.result.complete(result.with(asked.cut));
      }
    }
  }

  /** Everything of our own journal before this position is settled; who still waits was dropped. */
  void settledUpTo(long position) {
    if (!waiting.isEmpty()) {
      waiting
          .headMap(position)
          .values()
          .removeIf(
              asked -> {
                asked.result.complete(
                    new RecordResult.Failed("it was dropped to make room for newer events"));
                return true;
              });
    }
  }

  /**
   * Nothing more is sent.
   *
   * @param kept whether the record at a position stays in the journal
   * @param durable whether the journal's last records do
   * @param unsent how many are left
   */
  void close(LongPredicate kept, boolean durable, long unsent) {
    if (unsent > 0 && durable) {
      LOG.warn(
          "The recorder is closed with {} events unsent; the next recorder with this journal's"
              + " directory sends them",
          unsent);
    } else if (unsent > 0) {
      failed.add(unsent);
      LOG.warn(
          "The recorder is closed with {} events unsent; they are lost: its journal is in"
              + " memory",
          unsent);
    }
    String reason = "the recorder was closed before it could be sent";
    for (Map.Entry<Long, Waiting> entry : waiting.entrySet()) {
      waiting.remove(entry.getKey());
      entry
          .getValue()
          .result
          .complete(
              kept.test(entry.getKey())
                  ? new RecordResult.Kept(reason + "; it stays in the journal")
                  : new RecordResult.Failed(reason));
    }
  }

  /** Something is in the way. */
  void obstacle(String reason) {
    sendErrors.increment();
    logLimit.run("obstacle", () -> LOG.warn("Events wait in the journal: {}", reason));
  }

  Map<DropCause, Long> droppedByCause() {
    Map<DropCause, Long> counts = new EnumMap<>(DropCause.class);
    for (DropCause cause : DropCause.values()) {
      long count = dropped[cause.ordinal()].sum();
      if (count > 0) {
        counts.put(cause, count);
      }
    }
    return counts;
  }

  /** How many events of our own journal are not settled. */
  long lag() {
    return Math.max(0, recorded.sum() - settled.sum());
  }
}
