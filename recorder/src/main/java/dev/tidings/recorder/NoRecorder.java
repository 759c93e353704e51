package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.recorder.journal.LogLimit;
import dev.tidings.recorder.watch.EventBroadcaster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands where no recorder is installed: takes nothing, and says so now and then. */
final class NoRecorder implements EventRecorder, EventDraft.Sink {
  static final NoRecorder INSTANCE = new NoRecorder();
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final String REASON = "no recorder is installed: call Tidings.install(recorder)";

  private final EventBroadcaster broadcaster = new EventBroadcaster();
  private final LogLimit logLimit = LogLimit.oncePerMinute();
  private final LongAdder dropped = new LongAdder();

  private NoRecorder() {}

  @Override
  public EventDraft event(Enum<?> type) {
    return event("");
  }

  @Override
  public EventDraft event(String type) {
    return new EventDraft(this, new DraftFields(EventLimits.DEFAULT));
  }

  @Override
  public CompletableFuture<RecordResult> submit(Event event) {
    return drop();
  }

  @Override
  public void record(DraftFields fields) {
    var unused = drop();
  }

  @Override
  public CompletableFuture<RecordResult> submit(DraftFields fields) {
    return drop();
  }

  private CompletableFuture<RecordResult> drop() {
    dropped.increment();
    logLimit.run("dropped", () -> LOG.warn("Event dropped: {}", REASON));
    return CompletableFuture.completedFuture(new RecordResult.Failed(REASON));
  }

  @Override
  public EventLimits limits() {
    return EventLimits.DEFAULT;
  }

  @Override
  public EventBroadcaster broadcaster() {
    return broadcaster;
  }

  @Override
  public RecorderCounts counts() {
    return new RecorderCounts(
        0,
        0,
        0,
        0,
        dropped.sum() == 0 ? Map.of() : Map.of(DropCause.CLOSED, dropped.sum()),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Duration.ZERO,
        false);
  }

  @Override
  public boolean flush(Duration timeout) {
    return true;
  }

  @Override
  public boolean close(Duration timeout) {
    return true;
  }
}
