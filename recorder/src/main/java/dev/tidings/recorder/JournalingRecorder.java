package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.recorder.journal.Journal;
import dev.tidings.recorder.journal.Nanos;
import dev.tidings.recorder.watch.EventBroadcaster;
import dev.tidings.wire.EventEncoder;
import dev.tidings.wire.Micros;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events in the caller's thread and appends them to the journal; the {@link Sender} does
 * the rest.
 *
 * <p>There are two ways into the journal. What is surely within the limits is encoded as it is
 * given, without an object for the event. Everything else, and every event that was made elsewhere,
 * takes the careful way over {@link EventLimits}, which cuts or refuses.
 */
final class JournalingRecorder implements EventRecorder, EventDraft.Sink {
  /** All that the recorder is made of. */
  record Parts(
      EventTypes types,
      EventLimits limits,
      Source source,
      InstantSource clock,
      Journal journal,
      Sender sender,
      Outcomes outcomes,
      EventBroadcaster broadcaster,
      TraceContext trace,
      @Nullable Redactor redactor,
      @Nullable TokenBuckets spam,
      boolean strict) {}

  private final Parts parts;
  private final EventTypes types;
  private final Journal journal;
  private final Outcomes outcomes;
  private final EventIds ids;
  private final DraftPool drafts;
  private final EventEncoder.Text node;
  private final EventEncoder.Text component;
  private final byte[] sourceKey;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  JournalingRecorder(Parts parts) {
    this.parts = parts;
    this.types = parts.types;
    this.journal = parts.journal;
    this.outcomes = parts.outcomes;
    this.ids = EventIds.of(parts.clock);
    this.drafts = new DraftPool(parts.limits);
    this.node = EventEncoder.Text.of(parts.source.getNode());
    this.component = EventEncoder.Text.of(parts.source.getComponent());
    this.sourceKey = RecordKey.of(parts.source, null).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public EventDraft event(@Nullable Enum<?> type) {
    return event(type == null ? "" : types.nameOf(type));
  }

  @Override
  public EventDraft event(String type) {
    DraftFields fields = drafts.take();
    fields.start(type, parts.clock.instant());
    return new EventDraft(this, fields);
  }

  @Override
  public EventLimits limits() {
    return parts.limits;
  }

  @Override
  public EventBroadcaster broadcaster() {
    return parts.broadcaster;
  }

  @Override
  public void record(DraftFields fields) {
    var unused = take(fields, null);
  }

  @Override
  public CompletableFuture<RecordResult> submit(DraftFields fields) {
    Asked asked = new Asked();
    return asked.answer(take(fields, asked));
  }

  @Override
  public CompletableFuture<RecordResult> submit(Event event) {
    Asked asked = new Asked();
    RecordResult notTaken;
    try {
      reportWithheld();
      Event clean = parts.redactor == null ? event : parts.redactor.redacted(event);
      notTaken = takeCarefully(clean, parts.clock.millis(), asked);
    } catch (InvalidEventException e) {
      notTaken = refuse(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      notTaken = refuse("it cannot be recorded: " + e);
    }
    return asked.answer(notTaken);
  }

  /** Why it was not taken; null if it was. Whatever the fields hold, nothing else is thrown. */
  private @Nullable RecordResult take(DraftFields fields, @Nullable Asked asked) {
    try {
      return takeChecked(fields, asked);
    } catch (InvalidEventException e) {
      return refuse(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return refuse("it cannot be recorded: " + e);
    } finally {
      drafts.give(fields);
    }
  }

  /** Somebody who wants to know: told the position as soon as there is one. */
  private final class Asked implements LongConsumer {
    private List<String> cut = List.of();
    private @Nullable CompletableFuture<RecordResult> result;

    @Override
    public void accept(long position) {
      result = outcomes.expect(position, cut);
    }

    /**
     * @param notTaken why it was not taken, or null
     */
    CompletableFuture<RecordResult> answer(@Nullable RecordResult notTaken) {
      return notTaken == null && result != null
          ? result
          : CompletableFuture.completedFuture(
              notTaken != null ? notTaken : new RecordResult.Failed("it has no position"));
    }
  }

  private @Nullable RecordResult takeChecked(DraftFields fields, @Nullable Asked asked)
      throws InvalidEventException {
    reportWithheld();
    if (fields.flaw != null) {
      throw new InvalidEventException(fields.flaw);
    }
    EventEncoder.Text type = types.find(fields.type);
    if (type == null) {
      throw new InvalidEventException(types.explainUnknown(fields.type));
    }
    if (parts.redactor != null) {
      parts.redactor.redact(fields);
    }
    EventEncoder encoder = encode(fields, type);
    if (!encoder.isWithinLimits()) {
      return takeCarefully(
          fields.event(new UUID(ids.nextHigh(), ids.nextLow()), parts.source),
          fields.createdMillis,
          asked);
    }
    if (parts.spam != null && !parts.spam.take(fields.object())) {
      return outcomes.dropped(DropCause.SPAM);
    }
    JournaledEvent.complete(
        encoder,
        fields.createdMillis,
        fields.timeMicros,
        fields.kind == null ? sourceKey : null,
        parts.trace.current());
    RecordResult notTaken =
        append(encoder.bytes(), encoder.length(), fields.severity, List.of(), asked);
    if (notTaken == null && parts.broadcaster.hasWatchers()) {
      parts.broadcaster.publish(JournaledEvent.event(encoder));
    }
    return notTaken;
  }

  private EventEncoder encode(DraftFields fields, EventEncoder.Text type) {
    EventEncoder encoder =
        fields
            .encoder()
            .start(JournaledEvent.PREFIX_BYTES)
            .id(ids.nextHigh(), ids.nextLow())
            .type(type)
            .severity(fields.severity)
            .source(node, component);
    String kind = fields.kind;
    if (kind == null) {
      encoder.noObject();
    } else {
      encoder.object(kind, fields.namespace, fields.name, fields.uid);
    }
    return encoder
        .message(fields.message)
        .attributes(fields.attributeNames, fields.attributeValues, fields.attributes)
        .times(fields.timeMicros, fields.timeMicros, 1);
  }

  /** Why it was not taken; null if it was. */
  private @Nullable RecordResult takeCarefully(
      Event given, long appendedMillis, @Nullable Asked asked) throws InvalidEventException {
    if (types.find(given.getType()) == null) {
      throw new InvalidEventException(types.explainUnknown(given.getType()));
    }
    EventLimits.Verdict verdict = parts.limits.apply(given);
    if (verdict instanceof EventLimits.Refused no) {
      throw new InvalidEventException(no.reason());
    }
    EventLimits.Fits fits = (EventLimits.Fits) verdict;
    Event event = fits.event();
    if (parts.spam != null && !parts.spam.take(event.getObject())) {
      return outcomes.dropped(DropCause.SPAM);
    }
    if (asked != null) {
      asked.cut = fits.cut();
    }
    byte[] payload = JournaledEvent.payload(event, appendedMillis, parts.trace.current());
    RecordResult notTaken = append(payload, payload.length, event.getSeverity(), fits.cut(), asked);
    if (notTaken == null && parts.broadcaster.hasWatchers()) {
      parts.broadcaster.publish(event);
    }
    return notTaken;
  }

  private @Nullable RecordResult append(
      byte[] payload, int length, Severity severity, List<String> cut, @Nullable Asked asked) {
    // Counted first: the sender may have settled it before this returns.
    outcomes.recorded(cut);
    long position = journal.append(payload, length, severity.ordinal(), asked);
    if (position >= 0) {
      return null;
    }
    outcomes.notRecorded(cut);
    return outcomes.dropped(
        position == Journal.SEALED
            ? DropCause.CLOSED
            : position == Journal.TOO_LARGE ? DropCause.TOO_LARGE : DropCause.JOURNAL_FULL);
  }

  /**
   * @throws IllegalArgumentException in strict mode
   */
  private RecordResult refuse(String reason) {
    RecordResult refused = outcomes.refused(reason);
    if (parts.strict) {
      throw new IllegalArgumentException(reason);
    }
    return refused;
  }

  /** Once in a while, what the spam filter withheld is an event of its own. */
  void reportWithheld() {
    if (parts.spam != null) {
      parts.spam.due().forEach(this::report);
    }
  }

  private void report(TokenBuckets.Withheld withheld) {
    Instant now = parts.clock.instant();
    Event event =
        new Event(
            new UUID(ids.nextHigh(), ids.nextLow()),
            types.nameOf(RecorderEvent.EventsWithheld),
            Severity.WARN,
            parts.source,
            withheld.object(),
            "too many events: some were withheld by the recorder's spam filter",
            Map.of("withheld", Long.toString(withheld.events())),
            Micros.toInstant(Micros.of(now)),
            Micros.toInstant(Micros.of(now)),
            1L);
    // By the sender's thread as well, which must not wait for the room that it makes.
    outcomes.recorded(List.of());
    if (journal.appendWithoutWaiting(JournaledEvent.payload(event, now.toEpochMilli(), null)) < 0) {
      outcomes.notRecorded(List.of());
    }
  }

  @Override
  public RecorderCounts counts() {
    long oldest = parts.sender.oldestMillis();
    return new RecorderCounts(
        outcomes.recorded.sum(),
        outcomes.acknowledged.sum(),
        outcomes.refused.sum(),
        outcomes.truncated.sum(),
        outcomes.droppedByCause(),
        journal.droppedOldest(),
        outcomes.failed.sum(),
        outcomes.recovered.sum(),
        outcomes.aggregated.sum(),
        outcomes.sendErrors.sum(),
        journal.usedBytes(),
        unsent(),
        oldest == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, parts.clock.millis() - oldest)),
        journal.isDurable());
  }

  @Override
  public boolean flush(Duration timeout) throws InterruptedException {
    return parts.sender.awaitSettled(journal.tail(), timeout);
  }

  @Override
  public boolean close(Duration timeout) {
    // Whoever was interrupted wants it over with, but in order: half closed would lose more.
    boolean interrupted = Thread.interrupted();
    try {
      return closing.compareAndSet(false, true) ? closeNow(timeout) : awaitClosed(timeout);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean closeNow(Duration timeout) {
    long deadline = System.nanoTime() + Nanos.of(timeout);
    boolean settled = false;
    try {
      if (parts.spam != null) {
        parts.spam.rest().forEach(this::report);
      }
      journal.seal();
      settled = parts.sender.close(timeout) && outcomes.failed.sum() == 0;
    } finally {
      outcomes.close(journal::isDurable, journal.isDurable(), unsent());
      journal.close();
      parts.broadcaster.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      closed.complete(settled);
    }
    return settled;
  }

  /** Another one closes it: the result is the same. */
  private boolean awaitClosed(Duration timeout) {
    try {
      return closed.get(Nanos.of(timeout), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Closing never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private long unsent() {
    return Math.max(0, outcomes.lag() - journal.droppedOldest());
  }
}
