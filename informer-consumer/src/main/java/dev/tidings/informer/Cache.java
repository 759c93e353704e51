package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.WatchCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Applies the topic's records to the store and tells everyone: the one writer.
 *
 * <p>While a load runs, it fills a store and a window of changes that nobody sees. When it is done,
 * and after every batch from then on, the new state is shown in this order: snapshot, window for
 * watches, waiting lists, handlers. So whoever has seen a change finds it in a list.
 *
 * <p>The lock makes 'take the state and be told of what follows' one step for a new handler.
 */
final class Cache<K, V> implements RecordSink<K, V> {
  private static final int REPLACE_BATCH = 1_000;

  private final Map<String, IndexFunction<? super K, ? super V>> indexes;
  private final WatchCache<K, V> watchCache;
  private final ProblemListener problems;

  // The writer's own. Loading: filled unseen. Store: the one whose states are shown.
  private @Nullable IndexedStore<K, V> loading;
  private @Nullable IndexedStore<K, V> store;
  private List<LogChange<K, V>> changes = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition shown = lock.newCondition();
  // Written under the lock.
  private volatile Snapshot<K, V> snapshot;
  private volatile boolean synced;
  private volatile @Nullable InformerException failure;
  // Guarded by the lock.
  private List<HandlerThread<K, V>> handlers = List.of();

  Cache(
      Map<String, IndexFunction<? super K, ? super V>> indexes,
      WatchCache<K, V> watchCache,
      ProblemListener problems) {
    this.indexes = Map.copyOf(indexes);
    this.watchCache = watchCache;
    this.problems = problems;
    snapshot = newStore().freeze(ResourceVersion.beginning(Uuid.ZERO_UUID));
  }

  private IndexedStore<K, V> newStore() {
    return new IndexedStore<>(
        indexes,
        (index, thrown) -> problems.onProblem(new Problem.IndexFunctionThrew(index, thrown)));
  }

  @Override
  public void startOver(ResourceVersion beginning, ResourceVersion completeFrom) {
    loading = newStore();
    changes = new ArrayList<>();
    watchCache.startOver(completeFrom);
  }

  @Override
  public void record(int partition, long offset, K key, @Nullable V value) {
    IndexedStore<K, V> target = loading != null ? loading : live();
    V previous = value == null ? target.remove(key) : target.put(key, value);
    // While loading, a deletion of something unknown may well be of something that compaction
    // removed.
    if (value != null || previous != null || loading != null) {
      changes.add(new LogChange<>(partition, offset, key, value, previous));
    }
  }

  @Override
  public void advanced(ResourceVersion position) {
    List<LogChange<K, V>> batch = changes;
    changes = new ArrayList<>();
    if (loading != null) {
      watchCache.append(batch);
      return;
    }
    List<HandlerThread<K, V>> told;
    lock.lock();
    try {
      snapshot = live().freeze(position);
      watchCache.publish(batch, position);
      shown.signalAll();
      told = handlers;
    } finally {
      lock.unlock();
    }
    if (!batch.isEmpty()) {
      offer(told, new HandlerThread.Batch<>(batch, false));
    }
  }

  @Override
  public void caughtUp(ResourceVersion position) {
    IndexedStore<K, V> loaded = Objects.requireNonNull(loading, "startOver comes first");
    loaded.buildIndexes();
    store = loaded;
    loading = null;
    Snapshot<K, V> before = snapshot;
    Snapshot<K, V> now = loaded.freeze(position);
    List<HandlerThread<K, V>> told;
    boolean first;
    lock.lock();
    try {
      first = !synced;
      snapshot = now;
      synced = true;
      watchCache.publish(List.of(), position);
      shown.signalAll();
      told = handlers;
      if (first) {
        told.forEach(handler -> handler.begin(now));
      }
    } finally {
      lock.unlock();
    }
    if (!first && !told.isEmpty()) {
      replace(before, now, told);
    }
  }

  // What is different now, as changes; what vanished was not seen going.
  private void replace(Snapshot<K, V> before, Snapshot<K, V> now, List<HandlerThread<K, V>> told) {
    List<LogChange<K, V>> batch = new ArrayList<>();
    for (Map.Entry<K, V> entry : before.entries()) {
      if (now.get(entry.getKey()) == null) {
        batch = addAndOffer(batch, entry.getKey(), null, entry.getValue(), told);
      }
    }
    for (Map.Entry<K, V> entry : now.entries()) {
      V previous = before.get(entry.getKey());
      if (!entry.getValue().equals(previous)) {
        batch = addAndOffer(batch, entry.getKey(), entry.getValue(), previous, told);
      }
    }
    offer(told, new HandlerThread.Batch<>(batch, true));
  }

  private List<LogChange<K, V>> addAndOffer(
      List<LogChange<K, V>> batch,
      K key,
      @Nullable V object,
      @Nullable V previous,
      List<HandlerThread<K, V>> told) {
    batch.add(new LogChange<>(0, 0, key, object, previous));
    if (batch.size() < REPLACE_BATCH) {
      return batch;
    }
    offer(told, new HandlerThread.Batch<>(batch, true));
    return new ArrayList<>();
  }

  // Outside the lock: it may wait for a slow handler.
  private void offer(List<HandlerThread<K, V>> told, HandlerThread.Batch<K, V> batch) {
    try {
      for (HandlerThread<K, V> handler : told) {
        handler.offer(batch);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private IndexedStore<K, V> live() {
    return Objects.requireNonNull(store, "caughtUp comes first");
  }

  Snapshot<K, V> snapshot() {
    return snapshot;
  }

  boolean hasSynced() {
    return synced;
  }

  @Nullable InformerException failure() {
    return failure;
  }

  /** Adds a handler: it begins with the state there is, or, before the first load, with that. */
  void add(HandlerThread<K, V> handler) {
    lock.lock();
    try {
      List<HandlerThread<K, V>> more = new ArrayList<>(handlers);
      more.add(handler);
      handlers = List.copyOf(more);
      if (synced) {
        handler.begin(snapshot);
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(HandlerThread<K, V> handler) {
    lock.lock();
    try {
      List<HandlerThread<K, V>> fewer = new ArrayList<>(handlers);
      fewer.remove(handler);
      handlers = List.copyOf(fewer);
    } finally {
      lock.unlock();
    }
  }

  List<HandlerThread<K, V>> handlers() {
    lock.lock();
    try {
      return handlers;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will come: whoever waits is told why. The first reason stays. */
  void fail(InformerException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      shown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the first load is done and the state includes a position.
   *
   * @param wanted null for any
   * @return the state; null if the time was not enough
   */
  @Nullable Snapshot<K, V> await(@Nullable ResourceVersion wanted, long deadlineNanos)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!synced || (wanted != null && !snapshot.resourceVersion().isAtLeast(wanted))) {
        InformerException reason = failure;
        if (reason != null) {
          throw reason;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || !shown.await(left, TimeUnit.NANOSECONDS) && isOver(deadlineNanos)) {
          return null;
        }
      }
      return snapshot;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isOver(long deadlineNanos) {
    return deadlineNanos - System.nanoTime() <= 0;
  }
}
