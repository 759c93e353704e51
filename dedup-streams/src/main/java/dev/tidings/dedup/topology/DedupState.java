package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * All that one partition remembers. The stores hold everything, so that a commit at any moment is
 * whole; the heap holds indexes of them, which are rebuilt when a task starts.
 *
 * <pre>
 *  windows    series key      → {@link SeriesWindow}
 *  heads      event id        → the event's value as it was first sent
 *  pending    event id        → {@link PendingChange}, until the next batch
 *  progress   (one)           → {@link BatchProgress}
 *  origins    recorder id     → {@link OriginPositions}
 * </pre>
 *
 * A head lives as long as a window counts on its event or a change of it is pending. One thread.
 */
final class DedupState {
  private static final String WINDOWS = "windows";
  private static final String HEADS = "heads";
  private static final String PENDING = "pending";
  private static final String PROGRESS = "progress";
  private static final String ORIGINS = "origins";
  private static final Bytes ONLY_KEY = Bytes.wrap(new byte[] {0});

  private record Expiry(long atMillis, SeriesKey series) {}

  private final DedupRules rules;
  private final OriginPositions origins;
  private final KeyValueStore<Bytes, byte[]> windows;
  private final KeyValueStore<Bytes, byte[]> heads;
  private final KeyValueStore<Bytes, byte[]> pendingStore;
  private final KeyValueStore<Bytes, byte[]> progressStore;

  /** What is in the pending store, in the order in which it got there. */
  private final Map<UUID, PendingChange> pending = new LinkedHashMap<>();

  /** One for each window, at its forgetting or earlier; looked at again when that time comes. */
  private final PriorityQueue<Expiry> expiries =
      new PriorityQueue<>(Comparator.comparingLong(Expiry::atMillis));

  private BatchProgress progress;
  private long pendingBytes;

  /** Opens the stores and rebuilds the indexes: to be called when the stores are restored. */
  DedupState(ProcessorContext<?, ?> context, DedupRules rules, Duration rememberIdleOrigins) {
    this.rules = rules;
    this.origins = new OriginPositions(context.getStateStore(ORIGINS), rememberIdleOrigins);
    this.windows = context.getStateStore(WINDOWS);
    this.heads = context.getStateStore(HEADS);
    this.pendingStore = context.getStateStore(PENDING);
    this.progressStore = context.getStateStore(PROGRESS);
    this.progress = BatchProgress.fromBytes(progressStore.get(ONLY_KEY));
    try (KeyValueIterator<Bytes, byte[]> all = pendingStore.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        UUID id = StoreKeys.uuid(next.key);
        pending.put(id, PendingChange.fromBytes(next.value));
        pendingBytes += head(id).length;
      }
    }
    try (KeyValueIterator<Bytes, byte[]> all = windows.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        SeriesWindow window = SeriesWindow.fromBytes(next.value);
        expiries.add(
            new Expiry(rules.forgottenAtMillis(window), SeriesKey.fromBytes(next.key.get())));
      }
    }
  }

  /** The stores, in memory and logged. */
  static Set<StoreBuilder<?>> stores() {
    return Set.of(store(WINDOWS), store(HEADS), store(PENDING), store(PROGRESS), store(ORIGINS));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Rule 6. */
  OriginPositions origins() {
    return origins;
  }

  @Nullable SeriesWindow window(SeriesKey series) {
    byte[] bytes = windows.get(StoreKeys.of(series));
    return bytes == null ? null : SeriesWindow.fromBytes(bytes);
  }

  /** Keeps a window that was just opened. */
  void putNewWindow(SeriesKey series, SeriesWindow window) {
    putWindow(series, window);
    expiries.add(new Expiry(rules.forgottenAtMillis(window), series));
  }

  void putWindow(SeriesKey series, SeriesWindow window) {
    windows.put(StoreKeys.of(series), window.toBytes());
  }

  /** Rule 8: forgets the windows whose time has come. */
  void forgetWindows(long appendTimeMillis) {
    while (!expiries.isEmpty() && expiries.peek().atMillis() <= appendTimeMillis) {
      Expiry due = expiries.remove();
      SeriesWindow window = window(due.series());
      if (window == null) {
        continue;
      }
      if (rules.isForgotten(window, appendTimeMillis)) {
        windows.delete(StoreKeys.of(due.series()));
        release(window.eventId());
      } else {
        expiries.add(new Expiry(rules.forgottenAtMillis(window), due.series()));
      }
    }
  }

  /** No window counts on this event any more. */
  void release(UUID eventId) {
    PendingChange change = pending.get(eventId);
    if (change == null) {
      heads.delete(StoreKeys.of(eventId));
    } else {
      putPending(eventId, change.withoutWindow());
    }
  }

  /** Keeps the value of an event that was just sent for the first time. */
  void putHead(UUID eventId, byte[] value) {
    heads.put(StoreKeys.of(eventId), value);
  }

  /** Whether a window counts on this event, or a change of it is pending. */
  boolean hasHead(UUID eventId) {
    return heads.get(StoreKeys.of(eventId)) != null;
  }

  /** The value of an event as it was first sent. */
  byte[] head(UUID eventId) {
    byte[] value = heads.get(StoreKeys.of(eventId));
    if (value == null) {
      throw new IllegalStateException("State lost the value of event " + eventId);
    }
    return value;
  }

  /** What the next batch must say, in the order of the first change. */
  Map<UUID, PendingChange> pending() {
    return pending;
  }

  @Nullable PendingChange pending(UUID eventId) {
    return pending.get(eventId);
  }

  void putPending(UUID eventId, PendingChange change) {
    if (pending.put(eventId, change) == null) {
      pendingBytes += head(eventId).length;
    }
    pendingStore.put(StoreKeys.of(eventId), change.toBytes());
  }

  /** Everything pending is in a batch. */
  void clearPending() {
    pending.forEach(
        (eventId, change) -> {
          pendingStore.delete(StoreKeys.of(eventId));
          if (change.detached()) {
            heads.delete(StoreKeys.of(eventId));
          }
        });
    pending.clear();
    pendingBytes = 0;
  }

  /** About how large a batch of all that is pending would be. */
  long pendingBytes() {
    return pendingBytes;
  }

  BatchProgress progress() {
    return progress;
  }

  void putProgress(BatchProgress newProgress) {
    progress = newProgress;
    progressStore.put(ONLY_KEY, newProgress.toBytes());
  }
}
