package dev.tidings.informer;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.expiry.ExpiryQueue;
import dev.tidings.informer.fifo.Delta;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.WatchCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private static final Duration SHOW_EXPIRY_EVERY = Duration.ofSeconds(10);

  private final Stores<K, V> stores;
  private final Expiry<V> expiry;
  private final WatchCache<K, V> watchCache;
  private final ProblemListener problems;
  private final MutationDetector<K, V> mutations;
  private final InstantSource clock;

  // The writer's own. Loading: filled unseen. Store: the one whose states are shown.
  private @Nullable IndexedStore<K, V> loading;
  private @Nullable IndexedStore<K, V> store;
  private @Nullable Expirer<K, V> expirer;
  private @Nullable Load load;
  private Form form = Form.OBJECT;
  private List<LogChange<K, V>> changes = new ArrayList<>();
  private long idleNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition shown = lock.newCondition();
  // Written under the lock.
  private volatile Snapshot<K, V> snapshot;
  private volatile boolean synced;
  private volatile @Nullable InformerException failure;
  // Guarded by the lock.
  private List<HandlerThread<K, V>> handlers = List.of();

  // From the polling thread to the writer: the queue between them orders it.
  private volatile Stores.@Nullable Restored<K, V> restored;

  Cache(
      Stores<K, V> stores,
      Expiry<V> expiry,
      WatchCache<K, V> watchCache,
      ProblemListener problems,
      MutationDetector<K, V> mutations,
      InstantSource clock) {
    this.stores = stores;
    this.expiry = expiry;
    this.watchCache = watchCache;
    this.problems = problems;
    this.mutations = mutations;
    this.clock = clock;
    snapshot = stores.newStore().freeze(ResourceVersion.beginning(Uuid.ZERO_UUID));
  }

  @Override
  public Form wants(@Nullable Load running) {
    if (running == null || !stores.loadsBytes()) {
      return Form.OBJECT;
    }
    Expiry<V> effective = expiry.of(running.retention());
    if (effective instanceof Expiry.Never) {
      return Form.BYTES;
    }
    return effective instanceof Expiry.ByRecordTime ? Form.KEY : Form.OBJECT;
  }

  @Override
  public @Nullable ResourceVersion restore(
      ResourceVersion beginning, ResourceVersion completeFrom, ResourceVersion end) {
    restored = stores.restore(beginning, completeFrom, end);
    Stores.Restored<K, V> found = restored;
    return found == null ? null : found.resourceVersion();
  }

  @Override
  public void assigned(Set<Integer> gained, Set<Integer> lost) {
    watchCache.expireAll("the informer's share of the partitions has changed");
    handlers().forEach(handler -> handler.partitions(gained, lost));
  }

  @Override
  public void startOver(Load beginning) {
    load = beginning;
    form = wants(beginning);
    changes = new ArrayList<>();
    expirer = Expirer.of(expiry, beginning, clock.millis());
    Stores.Restored<K, V> found = restored;
    restored = null;
    if (beginning.fromCheckpoint() && found != null) {
      loading = found.store();
      Expirer<K, V> into = expirer;
      if (into != null) {
        found.expiresMillis().forEach(into::restore);
      }
    } else {
      loading = stores.newStore();
    }
    watchCache.startOver(windowBeginning(beginning));
  }

  // The window reaches back into the load, but not further than it is large.
  private ResourceVersion windowBeginning(Load beginning) {
    if (form != Form.OBJECT) {
      return beginning.end();
    }
    ResourceVersion from = beginning.fromCheckpoint() ? beginning.from() : beginning.completeFrom();
    long[] offsets = new long[Math.max(from.partitions(), beginning.end().partitions())];
    for (int partition = 0; partition < offsets.length; partition++) {
      long near = beginning.end().offset(partition) - watchCache.leastCapacity();
      offsets[partition] = Math.max(from.offset(partition), near);
    }
    return ResourceVersion.of(from.topicId(), offsets);
  }

  @Override
  public void record(LogRecord<K, V> record) {
    IndexedStore<K, V> target = loading;
    if (target == null) {
      follow(record);
      return;
    }
    Load running = Objects.requireNonNull(load, "startOver comes first");
    if (form != Form.OBJECT) {
      loadBytes(target, record);
      return;
    }
    K key = Objects.requireNonNull(record.key(), "decoded, as was wanted");
    V previous = apply(target, key, record);
    // A deletion of something unknown may well be of something that compaction removed.
    if (record.offset() >= nearEnd(running, record.partition())) {
      changes.add(
          new LogChange<>(record.partition(), record.offset(), key, record.value(), previous));
    }
  }

  private void loadBytes(IndexedStore<K, V> target, LogRecord<K, V> record) {
    Expirer<K, V> expiring = expirer;
    K key = record.key();
    if (expiring != null && key != null) {
      if (record.deletes()) {
        expiring.remove(key);
      } else {
        expiring.put(key, null, record);
      }
    }
    target.load(record.keyBytes(), record.valueBytes());
  }

  private long nearEnd(Load running, int partition) {
    return running.end().offset(partition) - watchCache.leastCapacity();
  }

  private void follow(LogRecord<K, V> record) {
    K key = Objects.requireNonNull(record.key(), "decoded, when following");
    V previous = apply(live(), key, record);
    if (!record.deletes() || previous != null) {
      changes.add(
          new LogChange<>(record.partition(), record.offset(), key, record.value(), previous));
    }
  }

  private @Nullable V apply(IndexedStore<K, V> target, K key, LogRecord<K, V> record) {
    Expirer<K, V> expiring = expirer;
    V object = record.value();
    if (object == null) {
      if (expiring != null) {
        expiring.remove(key);
      }
      return target.remove(key, record.keyBytes());
    }
    if (expiring != null) {
      expiring.put(key, object, record);
    }
    mutations.watch(key, object);
    return target.put(key, object, record.keyBytes(), record.valueBytes());
  }

  @Override
  public void advanced(ResourceVersion position) {
    List<LogChange<K, V>> batch = changes;
    changes = new ArrayList<>();
    if (loading != null) {
      watchCache.append(batch);
      return;
    }
    Expirer<K, V> expiring = expirer;
    show(
        batch,
        expiring == null ? position : position.withExpiry(snapshot.resourceVersion().expiry()));
  }

  private void show(List<LogChange<K, V>> batch, ResourceVersion position) {
    List<HandlerThread<K, V>> told;
    Snapshot<K, V> now = live().freeze(position);
    lock.lock();
    try {
      snapshot = now;
      watchCache.publish(batch, position);
      shown.signalAll();
      told = handlers;
    } finally {
      lock.unlock();
    }
    if (!batch.isEmpty() && !told.isEmpty()) {
      offer(told, batch.stream().map(Cache::delta).toList());
    }
    resync(told);
  }

  private static <K, V> Delta<K, V> delta(LogChange<K, V> change) {
    return Delta.change(change.key(), change.object(), change.previous(), false);
  }

  @Override
  public void caughtUp(ResourceVersion position) {
    IndexedStore<K, V> loaded = Objects.requireNonNull(loading, "startOver comes first");
    ResourceVersion reached = position;
    Expirer<K, V> expiring = expirer;
    if (expiring != null) {
      watchCache.forgetExpiriesBefore(expiring.knownFrom());
      watchCache.append(expire(loaded, expiring, position));
      reached = expiring.at(position);
    }
    loaded.finishLoad();
    store = loaded;
    loading = null;
    Snapshot<K, V> before = snapshot;
    Snapshot<K, V> now = loaded.freeze(reached);
    List<HandlerThread<K, V>> told;
    boolean first;
    lock.lock();
    try {
      first = !synced;
      snapshot = now;
      synced = true;
      watchCache.publish(List.of(), reached);
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

  private List<LogChange<K, V>> expire(
      IndexedStore<K, V> from, Expirer<K, V> expiring, ResourceVersion asOf) {
    List<LogChange<K, V>> expired = new ArrayList<>();
    for (ExpiryQueue.Expired<K> one : expiring.takeExpired(clock.millis())) {
      V last = from.remove(one.key(), null);
      if (last != null) {
        expired.add(LogChange.expired(one.place(), one.key(), last, asOf));
      }
    }
    return expired;
  }

  @Override
  public void idle() {
    long now = System.nanoTime();
    Duration sinceLast = Duration.ofNanos(now - idleNanos);
    idleNanos = now;
    mutations.look(clock.millis());
    if (loading != null || store == null) {
      return;
    }
    watchCache.endSlowWatches(sinceLast);
    Expirer<K, V> expiring = expirer;
    if (expiring != null) {
      showExpired(expiring);
    }
    resync(handlers());
  }

  private void showExpired(Expirer<K, V> expiring) {
    ResourceVersion asOf = snapshot.resourceVersion();
    List<LogChange<K, V>> expired = expire(live(), expiring, asOf);
    long sinceShown =
        ExpiryQueue.placeOf(clock.millis() - SHOW_EXPIRY_EVERY.toMillis()) - asOf.expiry();
    if (!expired.isEmpty() || sinceShown > 0) {
      show(expired, expiring.at(asOf));
    }
  }

  private void resync(List<HandlerThread<K, V>> told) {
    long now = clock.millis();
    told.forEach(handler -> handler.resyncIfDue(snapshot, now));
  }

  // What is different now, as changes; what vanished was not seen going.
  private void replace(Snapshot<K, V> before, Snapshot<K, V> now, List<HandlerThread<K, V>> told) {
    List<Delta<K, V>> batch = new ArrayList<>();
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
    offer(told, batch);
  }

  private List<Delta<K, V>> addAndOffer(
      List<Delta<K, V>> batch,
      K key,
      @Nullable V object,
      @Nullable V previous,
      List<HandlerThread<K, V>> told) {
    batch.add(Delta.change(key, object, previous, true));
    if (batch.size() < REPLACE_BATCH) {
      return batch;
    }
    offer(told, batch);
    return new ArrayList<>();
  }

  // Outside the lock: it may wait for a slow handler.
  private void offer(List<HandlerThread<K, V>> told, List<Delta<K, V>> batch) {
    try {
      for (HandlerThread<K, V> handler : told) {
        handler.offer(batch);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** By the writer, or before it starts: adds an index, filled from what there is. */
  void addIndex(String name, IndexFunction<? super K, ? super V> function) {
    if (snapshot.indexNames().contains(name)) {
      throw new IllegalArgumentException("There are two indexes named '" + name + "'");
    }
    stores.addIndex(name, function);
    if (loading != null) {
      loading.addIndex(name, function);
    }
    IndexedStore<K, V> shownStore = store;
    if (shownStore != null) {
      shownStore.addIndex(name, function);
    } else {
      shownStore = stores.newStore();
    }
    lock.lock();
    try {
      snapshot = shownStore.freeze(snapshot.resourceVersion());
    } finally {
      lock.unlock();
    }
  }

  /** By the writer: what a checkpoint is to hold; null before there is anything. */
  CheckpointThread.@Nullable State<K, V> checkpointState() {
    Expirer<K, V> expiring = expirer;
    return synced && loading == null
        ? new CheckpointThread.State<>(
            snapshot, expiring == null ? Map.of() : expiring.expiresMillis())
        : null;
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
