package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.dedup.rules.DedupRules.Late;
import dev.tidings.dedup.rules.DedupRules.Open;
import dev.tidings.dedup.rules.DedupRules.Repeat;
import dev.tidings.dedup.rules.Occurrence;
import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.SeriesHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the recorded topic: counts repeats, sends first occurrences at once and changes
 * in batches. One thread.
 */
final class DedupProcessor implements Processor<byte[], byte[], OutputKey, byte[]> {
  private final DedupRules rules;
  private final Duration rememberIdleOrigins;
  private final BatchSettings batches;
  private final EventValues values;
  private final Rejections rejections = new Rejections();
  private @Nullable ProcessorContext<OutputKey, byte[]> context;
  private @Nullable DedupState state;

  DedupProcessor(
      DedupRules rules, Duration rememberIdleOrigins, BatchSettings batches, EventValues values) {
    this.rules = rules;
    this.rememberIdleOrigins = rememberIdleOrigins;
    this.batches = batches;
    this.values = values;
  }

  /** Called once the stores are restored. */
  @Override
  public void init(ProcessorContext<OutputKey, byte[]> context) {
    this.context = context;
    this.state = new DedupState(context, rules, rememberIdleOrigins);
    context.schedule(batches.interval(), PunctuationType.WALL_CLOCK_TIME, now -> emitBatchIfDue());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context().recordMetadata().orElseThrow();
    state().forgetWindows(record.timestamp());
    state().origins().forgetIdle(record.timestamp());
    try {
      OriginHeader origin = originHeader(record);
      if (origin != null && !state().origins().advance(origin, record.timestamp())) {
        passOver(metadata);
        return;
      }
      count(record, metadata.offset() + 1);
    } catch (MalformedValueException e) {
      context()
          .forward(
              rejections.rejected(
                  record,
                  metadata,
                  String.valueOf(e.getMessage()),
                  context().currentSystemTimeMs()),
              DedupTopology.REJECTED);
      passOver(metadata);
    }
    if (state().pending().size() >= batches.maxEntries()
        || state().pendingBytes() >= batches.maxBytes()) {
      emitBatch();
    }
  }

  /** It changes no event, but readers want to know that it was seen. */
  private void passOver(RecordMetadata metadata) {
    openBatch();
    state().putProgress(state().progress().passed(metadata.offset() + 1));
  }

  private void count(Record<byte[], byte[]> record, long through) {
    SeriesHeader header = seriesHeader(record);
    // Only what has no header, or is no repeat, is read.
    Event event = header == null ? values.read(record.value()) : null;
    Occurrence occurrence =
        header == null
            ? occurrence(event, record.timestamp())
            : new Occurrence(
                header.key(),
                header.firstMicros(),
                header.lastMicros(),
                header.occurrences(),
                record.timestamp());
    SeriesWindow window = state().window(occurrence.series());
    DedupRules.Decision decision = rules.decide(occurrence, window);
    if (decision instanceof Repeat repeat) {
      state().putWindow(occurrence.series(), repeat.window());
      countRepeat(repeat.window(), occurrence.count(), through);
      return;
    }
    Event first = event == null ? matching(values.read(record.value()), occurrence) : event;
    if (decision instanceof Open) {
      if (window != null) {
        close(window);
      }
      UUID id = emitFirst(first, record.value(), occurrence, through, false);
      SeriesWindow opened = SeriesWindow.open(id, occurrence);
      if (window == null) {
        state().putNewWindow(occurrence.series(), opened);
      } else {
        state().putWindow(occurrence.series(), opened);
      }
    } else if (decision instanceof Late) {
      emitFirst(first, record.value(), occurrence, through, true);
    }
  }

  private void countRepeat(SeriesWindow window, long occurrences, long through) {
    openBatch();
    PendingChange before = state().pending(window.eventId());
    state()
        .putPending(
            window.eventId(),
            new PendingChange(
                (before == null ? 0 : before.occurrences()) + occurrences,
                window.firstMicros(),
                window.lastMicros(),
                window.count(),
                through,
                true,
                false));
  }

  /** Rule 3: the last counts go out now if they did not yet; the batch has them in its time. */
  private void close(SeriesWindow window) {
    PendingChange change = state().pending(window.eventId());
    if (change != null && change.unsent()) {
      emitEvent(window.eventId(), newState(window.eventId(), change));
      state().putPending(window.eventId(), change.sent());
    }
    state().release(window.eventId());
  }

  private UUID emitFirst(
      Event read, byte[] value, Occurrence occurrence, long through, boolean detached) {
    // An id that still counts is another run's: somebody gave it to two events.
    boolean taken = state().hasHead(read.getId());
    Event first = taken ? values.withNewId(read) : read;
    byte[] ours = taken ? values.encode(first) : values.ours(value, first);
    UUID id = first.getId();
    emitEvent(id, ours);
    openBatch();
    state().putHead(id, ours);
    state()
        .putPending(
            id,
            new PendingChange(
                occurrence.count(),
                occurrence.firstMicros(),
                occurrence.lastMicros(),
                occurrence.count(),
                through,
                false,
                detached));
    return id;
  }

  private void emitEvent(UUID id, byte[] value) {
    context()
        .forward(
            new Record<>(
                OutputKey.text(partition(), id.toString()), value, context().currentSystemTimeMs()),
            DedupTopology.EVENTS);
  }

  private byte[] newState(UUID id, PendingChange change) {
    return new EventTail(change.firstMicros(), change.lastMicros(), change.count())
        .replaceIn(state().head(id));
  }

  private void openBatch() {
    if (!state().progress().isOpen()) {
      state().putProgress(state().progress().opened(context().currentSystemTimeMs()));
    }
  }

  /** Also when nothing changed but records were consumed, so that readers see how far it is. */
  private void emitBatchIfDue() {
    if (state().progress().isOpen()) {
      emitBatch();
    }
  }

  private void emitBatch() {
    BatchProgress progress = state().progress();
    long through = progress.through();
    List<BatchBytes.Entry> entries = new ArrayList<>();
    for (Map.Entry<UUID, PendingChange> pending : state().pending().entrySet()) {
      PendingChange change = pending.getValue();
      byte[] value = newState(pending.getKey(), change);
      if (change.unsent()) {
        emitEvent(pending.getKey(), value);
      }
      entries.add(new BatchBytes.Entry(value, change.occurrences()));
      through = Math.max(through, change.through());
    }
    long now = context().currentSystemTimeMs();
    byte[] batch =
        BatchBytes.encode(
            values.batchSchemaId(),
            partition(),
            progress.nextSequence(),
            progress.openedMillis(),
            now,
            through,
            entries);
    context()
        .forward(
            new Record<>(OutputKey.text(partition(), Integer.toString(partition())), batch, now),
            DedupTopology.BATCHES);
    state().clearPending();
    state().putProgress(progress.closed(through));
  }

  private static @Nullable SeriesHeader seriesHeader(Record<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(SeriesHeader.NAME);
    return header == null ? null : SeriesHeader.parse(header.value());
  }

  private static @Nullable OriginHeader originHeader(Record<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(OriginHeader.NAME);
    return header == null ? null : OriginHeader.parse(header.value());
  }

  private static Occurrence occurrence(@Nullable Event event, long arrivalMillis) {
    if (event == null) {
      throw new IllegalStateException("A record without header was not read");
    }
    return new Occurrence(
        SeriesKey.of(event),
        Micros.of(event.getFirstTimestamp()),
        Micros.of(event.getLastTimestamp()),
        event.getCount(),
        arrivalMillis);
  }

  /**
   * An event is what its header said it is, or the counts that follow would be of something else.
   */
  private static Event matching(Event event, Occurrence occurrence) {
    if (occurrence.firstMicros() != Micros.of(event.getFirstTimestamp())
        || occurrence.lastMicros() != Micros.of(event.getLastTimestamp())
        || occurrence.count() != event.getCount()) {
      throw new MalformedValueException(
          "header %s contradicts the event".formatted(SeriesHeader.NAME));
    }
    return event;
  }

  private int partition() {
    return context().taskId().partition();
  }

  private ProcessorContext<OutputKey, byte[]> context() {
    return initialised(context);
  }

  private DedupState state() {
    return initialised(state);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Kafka Streams calls init first");
    }
    return part;
  }
}
