package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.Catalogues;
import dev.tidings.event.Event;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.recorder.watch.EventBroadcaster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A recorder for unit tests, as client-go's of the same name: it keeps what is recorded in memory
 * and needs no Kafka. What a real recorder would refuse is thrown as {@link
 * IllegalArgumentException}, so that the test fails where the mistake is.
 *
 * <pre>{@code
 * FakeRecorder recorder = FakeRecorder.of(ClusterEvent.class);
 * new Controller(recorder).elect("node-3");
 * assertThat(recorder.events()).extracting(Event::getMessage).containsExactly("node-3 leads");
 * }</pre>
 *
 * Thread-safe.
 */
public final class FakeRecorder implements EventRecorder {
  private static final String TOPIC = "fake";
  private static final EventLimits LIMITS = EventLimits.DEFAULT;

  private final EventTypes types;
  private final Source source = new Source("fake-node", "fake-component");
  private final InstantSource clock;
  private final EventIds ids;
  private final EventBroadcaster broadcaster = new EventBroadcaster();

  /** Guarded by this. */
  private final List<Event> events = new ArrayList<>();

  /** Guarded by this. */
  private long truncated;

  /** Guarded by this. */
  private boolean closed;

  private FakeRecorder(InstantSource clock, List<Class<? extends Enum<?>>> catalogues) {
    Map<Class<?>, String> names = new HashMap<>();
    List<Catalogue> all = new ArrayList<>();
    for (Class<? extends Enum<?>> type : catalogues) {
      Catalogue catalogue = Catalogue.of(type);
      names.put(type, catalogue.name());
      all.add(catalogue);
    }
    this.types = new EventTypes(Catalogues.of(all), names);
    this.clock = clock;
    this.ids = EventIds.of(clock);
  }

  /** One that takes the events of these catalogues. */
  @SafeVarargs
  public static FakeRecorder of(Class<? extends Enum<?>>... catalogues) {
    return of(InstantSource.system(), catalogues);
  }

  /** One whose events happen when this clock says. */
  @SafeVarargs
  public static FakeRecorder of(InstantSource clock, Class<? extends Enum<?>>... catalogues) {
    return new FakeRecorder(clock, List.of(catalogues));
  }

  /** What was recorded since the start or the last {@link #clear}, in order. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** Forgets what was recorded. */
  public synchronized void clear() {
    events.clear();
  }

  @Override
  public EventDraft event(Enum<?> type) {
    return event(types.nameOf(type));
  }

  @Override
  public EventDraft event(String type) {
    DraftFields fields = new DraftFields(LIMITS);
    fields.start(type, clock.instant());
    return new EventDraft(new Drafts(), fields);
  }

  /** Where drafts go. */
  private final class Drafts implements EventDraft.Sink {
    @Override
    public void record(DraftFields fields) {
      var unused = submit(fields);
    }

    @Override
    public CompletableFuture<RecordResult> submit(DraftFields fields) {
      if (fields.flaw != null) {
        throw new IllegalArgumentException(fields.flaw);
      }
      return FakeRecorder.this.submit(fields.event(ids.next(), source));
    }

    @Override
    public EventLimits limits() {
      return LIMITS;
    }
  }

  /**
   * @throws IllegalArgumentException if a real recorder would refuse it
   */
  @Override
  public CompletableFuture<RecordResult> submit(Event event) {
    if (types.find(event.getType()) == null) {
      throw new IllegalArgumentException(types.explainUnknown(event.getType()));
    }
    EventLimits.Verdict verdict = LIMITS.apply(event);
    if (verdict instanceof EventLimits.Refused refused) {
      throw new IllegalArgumentException(refused.reason());
    }
    return CompletableFuture.completedFuture(keep((EventLimits.Fits) verdict));
  }

  private RecordResult keep(EventLimits.Fits fits) {
    long position;
    synchronized (this) {
      if (closed) {
        return new RecordResult.Failed(DropCause.CLOSED.reason());
      }
      position = events.size();
      events.add(fits.event());
      truncated += fits.cut().isEmpty() ? 0 : 1;
    }
    broadcaster.publish(fits.event());
    return new RecordResult.Acknowledged(TOPIC, 0, position, fits.cut());
  }

  @Override
  public EventBroadcaster broadcaster() {
    return broadcaster;
  }

  @Override
  public synchronized RecorderCounts counts() {
    long recorded = events.size();
    return new RecorderCounts(
        recorded, recorded, 0, truncated, Map.of(), 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, false);
  }

  @Override
  public boolean flush(Duration timeout) {
    return true;
  }

  @Override
  public boolean close(Duration timeout) {
    synchronized (this) {
      closed = true;
    }
    broadcaster.close(timeout);
    return true;
  }
}
