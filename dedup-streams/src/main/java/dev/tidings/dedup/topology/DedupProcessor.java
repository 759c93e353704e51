package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.dedup.rules.DedupRules.Decision;
import dev.tidings.dedup.rules.DedupRules.Late;
import dev.tidings.dedup.rules.DedupRules.Repeat;
import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.dedup.rules.Occurrence;
import dev.tidings.dedup.rules.SeriesFields;
import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.dedup.rules.TypeRules;
import dev.tidings.event.Event;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the recorded topic: counts repeats, sends first occurrences at once and changes
 * in batches. A record is read and judged before it changes anything: one that cannot be leaves
 * only its offset and its origin behind. One thread.
 */
final class DedupProcessor implements Processor<byte[], byte[], OutputKey, byte[]> {
  private final DedupSettings settings;
  private final DedupRules rules;
  private final EventValues values;
  private final Maintenance maintenance;
  private final RefusedEvents refused;
  private final Tally tally;
  private final Executor readers;
  private final boolean hasOwnSeries;
  private @Nullable ProcessorContext<OutputKey, byte[]> context;
  private @Nullable StateReading state;
  private @Nullable Outputs outputs;

  /** Of the record that is being processed. */
  private long offset;

  DedupProcessor(
      DedupSettings settings,
      EventValues values,
      Maintenance maintenance,
      RefusedEvents refused,
      DedupMeters meters,
      Executor readers) {
    this.settings = settings;
    this.rules = new DedupRules(settings.grace());
    this.values = values;
    this.maintenance = maintenance;
    this.refused = refused;
    this.tally = new Tally(meters);
    this.readers = readers;
    this.hasOwnSeries = settings.rules().hasOwnSeries();
  }

  /** Called once the stores are restored. */
  @Override
  public void init(ProcessorContext<OutputKey, byte[]> context) {
    this.context = context;
    this.state = readState(DedupStores.state(context));
    this.outputs = new Outputs(context, values.batchSchemaId(), refused);
    DedupStores.runBeforeCommit(context, settings.stores(), this::beforeCommit);
    context.schedule(
        settings.batches().interval(), PunctuationType.WALL_CLOCK_TIME, now -> onBatchInterval());
  }

  private StateReading readState(KeyValueStore<Bytes, byte[]> store) {
    // Kafka Streams' own cache, which does what the other does, must be left to its thread.
    Executor reader = settings.stores().mergedBeforeCommit() ? readers : Runnable::run;
    return new StateReading(() -> new DedupState(store, rules, settings), reader);
  }

  @Override
  public void close() {
    if (state != null) {
      state.end();
    }
    tally.publish(0);
  }

  /** Of what is still being read nothing changed. */
  private void beforeCommit() {
    if (initialised(state).isOver()) {
      state().flush();
      tally.publish(state().openWindows());
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    tally.records++;
    offset = context().recordMetadata().orElseThrow().offset();
    state().passed(offset + 1, context().currentSystemTimeMs());
    state().forget(record.timestamp());
    try {
      if (isRetransmission(record)) {
        tally.retransmissions++;
      } else {
        count(new Incoming(values, record));
      }
    } catch (MalformedValueException e) {
      tally.rejected++;
      afterwards();
      // Kafka Streams hands it to the handler, which sends it to the rejected topic.
      throw e;
    }
    afterwards();
  }

  private void afterwards() {
    BatchSettings batches = settings.batches();
    if (state().pending().size() >= batches.maxEntries()
        || state().pendingBytes() >= batches.maxBytes()) {
      emitBatch();
    }
    if (settings.stores().mergedBeforeCommit()) {
      state().storeIfMany();
    } else {
      beforeCommit();
    }
  }

  private boolean isRetransmission(Record<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(OriginHeader.NAME);
    return header != null
        && !state().origins().advance(OriginHeader.parse(header.value()), record.timestamp());
  }

  private void count(Incoming record) {
    if (maintenance.isOn() && maintenance.suppresses(record.typeOnly())) {
      tally.suppressed++;
      Event event = record.event();
      countOn(Summary.suppressed(event, settings.rules().usual().interval()), record);
      return;
    }
    Occurrence occurrence = occurrence(record);
    TrackedEvent tracked = state().find(occurrence.series());
    Decision decision = rules.decide(occurrence, tracked == null ? null : tracked.window());
    if (decision instanceof Repeat repeat && tracked != null) {
      tally.repeats++;
      state().count(tracked, repeat.window(), occurrence.count());
    } else {
      countFirst(record, occurrence, tracked, decision instanceof Late);
    }
  }

  private Occurrence occurrence(Incoming record) {
    if (!hasOwnSeries) {
      return record.occurrence();
    }
    SeriesFields fields = settings.rules().of(record.typeOnly()).fields();
    return fields.equals(SeriesFields.ALL)
        ? record.occurrence()
        : record.occurrence(fields.keyOf(record.event()));
  }

  private void countFirst(
      Incoming record, Occurrence occurrence, @Nullable TrackedEvent tracked, boolean late) {
    requireNotRefused(record.id());
    TypeRules typeRules = settings.rules().of(record.type());
    long stormKey = settings.storm().isOn() ? record.stormKey() : TrackedEvent.NO_STORM;
    if (!late && isInStorm(stormKey, occurrence, tracked)) {
      tally.combined++;
      countOn(Summary.combined(record.event(), settings.storm()), record);
    } else if (settings.limit().isOn()
        && !state().limits().allows(record.sourceKey(), occurrence.arrivalMillis())) {
      tally.withheld++;
      countOn(Summary.withheld(record.event(), settings.limit(), typeRules.interval()), record);
    } else if (late) {
      tally.late++;
      emitLate(first(record), occurrence, typeRules.interval());
    } else {
      emitFirst(first(record), occurrence, tracked, stormKey, typeRules.interval());
    }
  }

  private void requireNotRefused(UUID id) {
    String reason = refused.reason(id);
    if (reason != null) {
      throw new MalformedValueException(reason);
    }
  }

  /** Other messages only: an older window of the same series does not count. */
  private boolean isInStorm(
      long stormKey, Occurrence occurrence, @Nullable TrackedEvent sameSeries) {
    StormRule storm = settings.storm();
    if (!storm.isOn()) {
      return false;
    }
    long intervalMicros = storm.interval().toMillis() * 1_000;
    int near = state().storms().near(stormKey, occurrence.firstMicros(), intervalMicros);
    boolean sameIsNear =
        sameSeries != null
            && Math.abs(occurrence.firstMicros() - sameSeries.window().openedMicros())
                < intervalMicros;
    return near - (sameIsNear ? 1 : 0) >= storm.messages();
  }

  private void countOn(Summary summary, Incoming record) {
    Occurrence occurrence = record.occurrence(summary.series());
    TrackedEvent tracked = state().find(summary.series());
    Decision decision =
        rules.decideForSummary(occurrence, tracked == null ? null : tracked.window());
    if (decision instanceof Repeat repeat && tracked != null) {
      state().count(tracked, repeat.window(), occurrence.count());
    } else {
      emitFirst(
          first(summary.event()), occurrence, tracked, TrackedEvent.NO_STORM, summary.interval());
    }
  }

  private void emitFirst(
      First first,
      Occurrence occurrence,
      @Nullable TrackedEvent before,
      long stormKey,
      Duration interval) {
    if (before != null) {
      close(before);
    }
    emit(first, occurrence);
    state()
        .open(
            occurrence.series(),
            stormKey,
            SeriesWindow.open(first.id(), occurrence, interval),
            first.value(),
            before);
  }

  private void emitLate(First first, Occurrence occurrence, Duration interval) {
    emit(first, occurrence);
    state().addLate(SeriesWindow.open(first.id(), occurrence, interval), first.value());
  }

  private void emit(First first, Occurrence occurrence) {
    outputs().event(first.id(), first.value());
    tally.first(context().currentSystemTimeMs() - occurrence.arrivalMillis());
  }

  /** An event's id, and its value in our schema. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record First(UUID id, byte[] value) {}

  private First first(Incoming record) {
    return state().isTaken(record.id())
        ? renamed(record.event())
        : new First(record.id(), record.ours());
  }

  private First first(Event summary) {
    return state().isTaken(summary.getId())
        ? renamed(summary)
        : new First(summary.getId(), values.encode(summary));
  }

  /**
   * An id that still counts is another run's: somebody gave it to two events. When the record is
   * processed again it gets the same new one, by which {@link RefusedEvents} knows it.
   */
  private First renamed(Event event) {
    UUID id = event.getId();
    do {
      id = RenamedId.of(id, context().taskId().partition(), offset);
    } while (state().isTaken(id));
    return new First(id, values.encode(EventValues.withId(event, id)));
  }

  /** Rule 3: the last counts go out now if they did not yet; the batch has them in its time. */
  private void close(TrackedEvent event) {
    if (state().isPending(event) && event.isUnsent()) {
      outputs().event(event.id(), Outputs.newest(event));
      state().sent(event);
    }
    state().close(event);
  }

  /** Also when nothing changed but records were consumed, so that readers see how far it is. */
  private void onBatchInterval() {
    if (state().progress().isOpen()) {
      emitBatch();
      if (!settings.stores().mergedBeforeCommit()) {
        beforeCommit();
      }
    }
  }

  private void emitBatch() {
    int entries = state().pending().size();
    int bytes = outputs().batch(state());
    state().closeBatch();
    tally.batch(entries, bytes);
  }

  private ProcessorContext<OutputKey, byte[]> context() {
    return initialised(context);
  }

  private DedupState state() {
    return initialised(state).get();
  }

  private Outputs outputs() {
    return initialised(outputs);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Kafka Streams calls init first");
    }
    return part;
  }
}
