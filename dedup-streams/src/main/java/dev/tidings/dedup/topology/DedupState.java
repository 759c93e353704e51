package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * All that one partition remembers. What changed since the last commit is on the heap and written
 * by {@link #flush}, which must be called before every commit; the rest is in a store, as {@link
 * WindowLog} has it. The heap also holds indexes of it, which are rebuilt when a task starts. One
 * thread.
 */
final class DedupState {
  /**
   * As many changes are written at once, commit or not: the producer sends them while the next
   * records are processed, where a commit would have to wait for all of them. More would merge few
   * repeats more.
   */
  private static final int MOST_DIRTY = 1_000;

  private static final SeriesKey ONLY_KEY = new SeriesKey(0, 0);

  private final WindowLog windows;
  private final DedupRules rules;
  private final OriginPositions origins;
  private final SourceLimits limits;
  private final StormCounts storms = new StormCounts();

  /** Those with windows that are dirty or pending. */
  private final LiveEvents live = new LiveEvents();

  private final List<TrackedEvent> dirty = new ArrayList<>();

  /** What the next batch must say, in the order of the first change. */
  private final List<TrackedEvent> pending = new ArrayList<>();

  private final IdSet ids = new IdSet();

  /** One for each window, at its forgetting or earlier; looked at again when that time comes. */
  private final ExpiryQueue expiries = new ExpiryQueue();

  private BatchProgress progress = BatchProgress.START;
  private boolean progressIsDirty;
  private long pendingBytes;

  /** Rebuilds the indexes: to be called when the store is restored. */
  DedupState(KeyValueStore<Bytes, byte[]> store, DedupRules rules, DedupSettings settings) {
    this.rules = rules;
    this.windows = new WindowLog(store);
    this.origins =
        new OriginPositions(windows.origins(), settings.rememberIdleOrigins(), settings.stores());
    this.limits = new SourceLimits(settings.limit(), windows.sources());
    windows.progress().forEach((key, in) -> progress = BatchProgress.readFrom(in));
    // Under at-least-once a crash may have kept windows and lost the progress they were stored
    // with.
    progress = progress.atLeast(windows.highestBatch());
    windows.forEach(progress.nextSequence(), this::restore);
  }

  private void restore(TrackedEvent event) {
    SeriesKey series = event.series();
    if (series != null) {
      expiries.add(rules.forgottenAtMillis(event.window()), series);
      if (event.stormKey() != TrackedEvent.NO_STORM) {
        storms.add(event.stormKey(), event.window().openedMicros());
      }
      if (isPending(event)) {
        live.put(series, event);
      }
    } else if (!isPending(event)) {
      windows.forgetDetached(event.id());
      return;
    }
    ids.add(event.id());
    if (isPending(event)) {
      addPending(event);
    }
  }

  private void addPending(TrackedEvent event) {
    pending.add(event);
    pendingBytes += event.value().length;
  }

  /** Rule 6. */
  OriginPositions origins() {
    return origins;
  }

  SourceLimits limits() {
    return limits;
  }

  StormCounts storms() {
    return storms;
  }

  /** The event that has the window of a series. */
  @Nullable TrackedEvent find(SeriesKey series) {
    TrackedEvent known = live.get(series);
    return known != null ? known : windows.find(series);
  }

  /** Opens the window of a series. */
  void open(
      SeriesKey series,
      long stormKey,
      SeriesWindow window,
      byte[] value,
      @Nullable TrackedEvent before) {
    TrackedEvent event = TrackedEvent.opened(series, stormKey, window, value);
    live.put(series, event);
    ids.add(window.eventId());
    if (stormKey != TrackedEvent.NO_STORM) {
      storms.add(stormKey, window.openedMicros());
    }
    if (before == null) {
      expiries.add(rules.forgottenAtMillis(window), series);
    }
    countIn(event, window, window.count(), true);
  }

  /** Keeps an event without window until it is in a batch. */
  void addLate(SeriesWindow counts, byte[] value) {
    TrackedEvent event = TrackedEvent.late(counts, value);
    ids.add(counts.eventId());
    countIn(event, counts, counts.count(), true);
  }

  /** Counts more on an event. */
  void count(TrackedEvent event, SeriesWindow window, long occurrences) {
    SeriesKey series = event.series();
    if (series != null) {
      live.put(series, event);
    }
    countIn(event, window, occurrences, false);
  }

  private void countIn(TrackedEvent event, SeriesWindow window, long occurrences, boolean isSent) {
    if (!isPending(event)) {
      addPending(event);
    }
    event.count(window, occurrences, progress.nextSequence(), isSent);
    touch(event);
  }

  private void touch(TrackedEvent event) {
    if (!event.isDirty()) {
      event.touched();
      dirty.add(event);
    }
  }

  boolean isPending(TrackedEvent event) {
    return event.pendingIn(progress.nextSequence()) > 0;
  }

  /** The events topic has its newest state. */
  void sent(TrackedEvent event) {
    event.sent();
    touch(event);
  }

  /** No window counts on this event any more: another was opened, or its series is forgotten. */
  void close(TrackedEvent event) {
    if (event.stormKey() != TrackedEvent.NO_STORM) {
      storms.remove(event.stormKey(), event.window().openedMicros());
    }
    live.remove(event);
    event.detach();
    if (isPending(event)) {
      touch(event);
    } else {
      ids.remove(event.id());
    }
  }

  /** Rule 8 and its like: forgets what nobody asks for any more. */
  void forget(long appendTimeMillis) {
    origins.forgetIdle(appendTimeMillis);
    limits.forgetFull(appendTimeMillis);
    while (expiries.nextMillis() <= appendTimeMillis) {
      SeriesKey series = expiries.remove();
      TrackedEvent event = find(series);
      if (event == null) {
        continue;
      }
      if (rules.isForgotten(event.window(), appendTimeMillis)) {
        forget(series, event);
      } else {
        expiries.add(rules.forgottenAtMillis(event.window()), series);
      }
    }
  }

  private void forget(SeriesKey series, TrackedEvent event) {
    close(event);
    windows.forget(series);
  }

  /** Whether an event with this id is remembered. */
  boolean isTaken(UUID id) {
    return ids.contains(id);
  }

  /** How many windows are remembered. */
  int openWindows() {
    return expiries.size();
  }

  /** What the next batch must say. */
  List<TrackedEvent> pending() {
    return pending;
  }

  /** About how large a batch of all that is pending would be. */
  long pendingBytes() {
    return pendingBytes;
  }

  BatchProgress progress() {
    return progress;
  }

  /** One more record was seen. */
  void passed(long through, long nowMillis) {
    origins.carryOn();
    progress = progress.passed(through, nowMillis);
    progressIsDirty = true;
  }

  /** Everything pending is in a batch: that its number is over says so in the store. */
  void closeBatch() {
    progress = progress.closed();
    progressIsDirty = true;
    for (TrackedEvent event : pending) {
      if (event.isDetached()) {
        ids.remove(event.id());
        windows.forgetDetached(event.id());
      } else if (!event.isDirty()) {
        live.remove(event);
      }
    }
    pending.clear();
    pendingBytes = 0;
  }

  /** Writes early if there is much to write. */
  void storeIfMany() {
    if (dirty.size() >= MOST_DIRTY) {
      storeEvents();
    }
  }

  /** Writes all changes to the store. To be called before every commit. */
  void flush() {
    storeEvents();
    origins.flush();
    limits.flush();
    if (progressIsDirty) {
      windows.progress().put(ONLY_KEY, progress.toBytes());
      progressIsDirty = false;
    }
    windows.flush();
  }

  private void storeEvents() {
    for (TrackedEvent event : dirty) {
      store(event);
      if (!event.isDetached() && !isPending(event)) {
        live.remove(event);
      }
    }
    dirty.clear();
  }

  private void store(TrackedEvent event) {
    SeriesKey series = event.series();
    if (event.isDetached()) {
      if (isPending(event)) {
        windows.putDetached(event);
      }
    } else if (series != null) {
      windows.put(series, event);
    }
    event.stored();
  }
}
