package dev.tidings.informer;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.expiry.ExpiryQueue;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.WatchCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Applies the topic's records to the store and tells everyone: the one writer.
 *
 * <p>While a load runs, it fills a store and a window of changes that nobody sees. When it is done,
 * and after every batch from then on, the new state is shown in this order: snapshot, window for
 * watches, waiting lists, handlers. So whoever has seen a change finds it in a list.
 */
final class Cache<K, V> implements RecordSink<K, V> {
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

  private final Shown<K, V> shown;

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
    shown = new Shown<>(stores.newStore().freeze(ResourceVersion.beginning(Uuid.ZERO_UUID)));
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
    shown.outdated();
    watchCache.expireAll("the informer's share of the partitions has changed");
    shown.handlers().forEach(handler -> handler.partitions(gained, lost));
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
    watchCache.startOver(windowBeginning(beginning), beginning.share());
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
    K key = record.key();
    if (form == Form.KEY) {
      loadWithKey(target, record);
      return;
    }
    V previous = apply(target, key, record);
    // A deletion of something unknown may well be of something that compaction removed.
    if (record.offset() >= nearEnd(running, record.partition())) {
      changes.add(
          new LogChange<>(record.partition(), record.offset(), key, record.value(), previous));
    }
  }

  @Override
  public void load(ByteBuffer key, @Nullable ByteBuffer value) {
    Objects.requireNonNull(loading, "startOver comes first").load(key, value);
  }

  private void loadWithKey(IndexedStore<K, V> target, LogRecord<K, V> record) {
    Expirer<K, V> expiring = expirer;
    if (expiring != null && record.deletes()) {
      expiring.remove(record.key());
    } else if (expiring != null) {
      expiring.put(record.key(), null, record);
    }
    byte[] value = record.valueBytes();
    target.load(ByteBuffer.wrap(record.keyBytes()), value == null ? null : ByteBuffer.wrap(value));
  }

  private long nearEnd(Load running, int partition) {
    return running.end().offset(partition) - watchCache.leastCapacity();
  }

  private void follow(LogRecord<K, V> record) {
    Expirer<K, V> expiring = expirer;
    if (expiring != null && changes.isEmpty()) {
      // First what has expired by now, so that every reader has it before this record.
      changes.addAll(expire(live(), expiring, snapshot().resourceVersion()));
    }
    K key = record.key();
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
    show(batch, expiring == null ? position : expiring.at(position));
  }

  private void show(List<LogChange<K, V>> batch, ResourceVersion position) {
    List<HandlerThread<K, V>> told =
        shown.show(live().freeze(position), () -> watchCache.publish(batch, position));
    new Telling<>(told).changes(batch);
    resync(told);
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
    ResourceVersion included = reached;
    Snapshot<K, V> before = snapshot();
    Snapshot<K, V> now = loaded.freeze(included);
    List<HandlerThread<K, V>> told =
        shown.showLoaded(now, share(), () -> watchCache.publish(List.of(), included));
    new Telling<>(told).replacement(before, now);
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
    resync(shown.handlers());
  }

  private void showExpired(Expirer<K, V> expiring) {
    ResourceVersion asOf = snapshot().resourceVersion();
    List<LogChange<K, V>> expired = expire(live(), expiring, asOf);
    long sinceShown =
        ExpiryQueue.placeOf(clock.millis() - SHOW_EXPIRY_EVERY.toMillis()) - asOf.expiry();
    if (!expired.isEmpty() || sinceShown > 0) {
      show(expired, expiring.at(asOf));
    }
  }

  private void resync(List<HandlerThread<K, V>> told) {
    long now = clock.millis();
    told.forEach(handler -> handler.resyncIfDue(snapshot(), now));
  }

  /** By the writer, or before it starts: adds an index, filled from what there is. */
  void addIndex(String name, IndexFunction<? super K, ? super V> function) {
    if (snapshot().indexNames().contains(name)) {
      throw new IllegalArgumentException("There are two indexes named '" + name + "'");
    }
    stores.addIndex(name, function);
    if (loading != null) {
      loading.addIndex(name, function);
    }
    IndexedStore<K, V> live = store;
    if (live != null) {
      live.addIndex(name, function);
    } else {
      live = stores.newStore();
    }
    shown.replace(live.freeze(snapshot().resourceVersion()));
  }

  /** By the writer: what a checkpoint is to hold; null before there is anything. */
  CheckpointThread.@Nullable State<K, V> checkpointState() {
    Expirer<K, V> expiring = expirer;
    return shown.hasSynced() && loading == null
        ? new CheckpointThread.State<>(
            snapshot(), expiring == null ? Map.of() : expiring.expiresMillis())
        : null;
  }

  private @Nullable Set<Integer> share() {
    Load last = load;
    return last == null ? null : last.share();
  }

  private IndexedStore<K, V> live() {
    return Objects.requireNonNull(store, "caughtUp comes first");
  }

  /** What everybody may see. */
  Shown<K, V> shown() {
    return shown;
  }

  Snapshot<K, V> snapshot() {
    return shown.snapshot();
  }
}
