package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A watch that is driven by whoever takes from it.
 *
 * <pre>
 *   INITIAL ──▶ ATTACHING ──▶ LIVE ──(the ring was replaced)──▶ ATTACHING
 *                   │  ▲
 *      not in memory▼  │ caught up
 *                  HISTORY
 * </pre>
 *
 * One rule makes hand-overs seamless: whatever the {@link ChangeView}'s position includes was
 * delivered, and is skipped when it comes again from the other source.
 */
final class CachedWatch<K, V> implements Watch<K, V> {
  private enum Phase {
    INITIAL,
    ATTACHING,
    HISTORY,
    LIVE
  }

  private static final long MAX_PARK_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final Duration MAX_HISTORY_WAIT = Duration.ofMillis(500);
  private static final Duration MAX_CLOSE_WAIT = Duration.ofSeconds(10);
  private static final Duration MAX_WAIT = Duration.ofDays(36_500);

  private final WatchCache<K, V> cache;
  private final WatchOptions<K, V> options;
  private final History.Source<K, V> source;
  private final InstantSource clock;
  // Why there will be nothing more; the first reason stays.
  private final AtomicReference<@Nullable WatchEndedException> end = new AtomicReference<>();
  private volatile @Nullable Thread waiting;
  private volatile @Nullable History<K, V> history;
  private volatile ResourceVersion told;
  // Set by whoever takes; the writer looks at them to see how far behind that is.
  private volatile @Nullable Ring<K, V> ring;
  private final AtomicLong next = new AtomicLong();
  // The writer's own.
  private long behindNanos;

  // Held by whoever takes. Guards all below.
  private final ReentrantLock taking = new ReentrantLock();
  private final ChangeView<K, V> view;
  private final Queue<LogChange<K, V>> fromHistory = new ArrayDeque<>();
  private final ResourceVersion initialVersion;
  private ResourceVersion historyReached;
  private Iterator<Map.Entry<K, V>> initial;
  private Phase phase;
  private long toldAtMillis;

  CachedWatch(
      WatchCache<K, V> cache,
      WatchOptions<K, V> options,
      History.Source<K, V> source,
      InstantSource clock,
      Supplier<Snapshot<K, V>> snapshot) {
    this.cache = cache;
    this.options = options;
    this.source = source;
    this.clock = clock;
    toldAtMillis = clock.millis();
    ResourceVersion now = cache.frontier().resourceVersion();
    ResourceVersion from = options.from();
    initial = Map.<K, V>of().entrySet().iterator();
    phase = Phase.ATTACHING;
    if (options.start() == WatchOptions.Start.INITIAL_STATE) {
      Snapshot<K, V> state = snapshot.get();
      initial = state.entries().iterator();
      initialVersion = state.resourceVersion();
      phase = Phase.INITIAL;
      told = ResourceVersion.beginning(initialVersion.topicId());
    } else {
      initialVersion = from != null ? from : now;
      told = initialVersion;
    }
    view = new ChangeView<>(options, snapshot, initialVersion);
    historyReached = initialVersion;
    if (phase == Phase.ATTACHING) {
      attachOrOpenHistory();
    }
  }

  @Override
  public Change<K, V> take() throws InterruptedException {
    while (true) {
      Change<K, V> change = poll(MAX_WAIT);
      if (change != null) {
        return change;
      }
    }
  }

  @Override
  public @Nullable Change<K, V> poll(Duration timeout) throws InterruptedException {
    long deadline =
        System.nanoTime() + (timeout.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : timeout).toNanos();
    taking.lockInterruptibly();
    try {
      while (true) {
        throwIfEnded();
        Phase before = phase;
        Change<K, V> change = advance(deadline);
        if (change == null) {
          change = bookmarkIfDue();
        }
        if (change != null) {
          told = change.resourceVersion();
          toldAtMillis = clock.millis();
          return change;
        }
        if (phase == before && fromHistory.isEmpty() && deadline - System.nanoTime() <= 0) {
          return null;
        }
      }
    } catch (WatchEndedException e) {
      end(e);
      throw e;
    } finally {
      if (end.get() != null) {
        closeHistory();
      }
      taking.unlock();
    }
  }

  /**
   * One step: a change to show, or null after having waited, changed phase or skipped something.
   */
  private @Nullable Change<K, V> advance(long deadline) throws InterruptedException {
    switch (phase) {
      case INITIAL:
        return nextInitial();
      case ATTACHING:
        attachOrOpenHistory();
        return null;
      case HISTORY:
        return nextFromHistory(deadline);
      case LIVE:
        return nextLive(deadline);
    }
    throw new IllegalStateException("No such phase: " + phase);
  }

  private Change<K, V> nextInitial() {
    while (initial.hasNext()) {
      Map.Entry<K, V> entry = initial.next();
      if (view.matches(entry.getKey(), entry.getValue())) {
        return new Change<>(ChangeType.ADDED, entry.getKey(), entry.getValue(), null, told);
      }
    }
    phase = Phase.ATTACHING;
    return Change.bookmark(initialVersion);
  }

  private void attachOrOpenHistory() {
    if (!attach()) {
      historyReached = view.position();
      history = source.open(historyReached, options.previousStates());
      phase = Phase.HISTORY;
      if (end.get() != null) {
        // Closed meanwhile, maybe before there was a history to close.
        closeHistory();
      }
    }
  }

  private boolean attach() {
    WatchCache.Frontier<K, V> frontier = cache.frontier();
    ResourceVersion from = view.position();
    if (!frontier.resourceVersion().topicId().equals(from.topicId())) {
      throw new ExpiredException("it is of another topic, or the topic was created again");
    }
    if (!frontier.isOfThisShare(from)) {
      throw new ExpiredException(
          "it is not of the partitions that this member of the group has: list again");
    }
    long sequence =
        from.equals(frontier.resourceVersion()) ? frontier.tail() : frontier.ring().attach(from);
    if (sequence == Ring.EXPIRIES_FORGOTTEN) {
      throw new ExpiredException("objects have expired since then that are no longer remembered");
    }
    if (sequence == Ring.NOT_COVERED) {
      return false;
    }
    next.set(sequence);
    ring = frontier.ring();
    phase = Phase.LIVE;
    return true;
  }

  private @Nullable Change<K, V> nextFromHistory(long deadline) {
    for (LogChange<K, V> change = fromHistory.poll(); change != null; change = fromHistory.poll()) {
      Change<K, V> shown = view.showFromHistory(change);
      if (shown != null) {
        return shown;
      }
    }
    view.advanceTo(historyReached);
    if (attach()) {
      closeHistory();
      return null;
    }
    History<K, V> reading = history;
    if (reading == null) {
      phase = Phase.ATTACHING;
      return null;
    }
    History.Batch<K, V> batch = reading.read(atMost(MAX_HISTORY_WAIT, deadline));
    fromHistory.addAll(batch.changes());
    historyReached = batch.position();
    return null;
  }

  private @Nullable Change<K, V> nextLive(long deadline) throws InterruptedException {
    WatchCache.Frontier<K, V> frontier = cache.frontier();
    Ring<K, V> current = ring;
    if (current == null || frontier.ring() != current) {
      phase = Phase.ATTACHING;
      return null;
    }
    for (long sequence = next.getPlain(); sequence < frontier.tail(); sequence++) {
      LogChange<K, V> change = current.read(sequence);
      if (change == null) {
        cache.countTerminated();
        throw new SlowWatcherException(current.capacity(), view.position());
      }
      Change<K, V> shown = view.show(change);
      next.setRelease(sequence + 1);
      if (shown != null) {
        return shown;
      }
    }
    // Everything up to the frontier was looked at, whether it showed or not.
    view.advanceTo(frontier.resourceVersion());
    Change<K, V> bookmark = bookmarkIfDue();
    if (bookmark == null) {
      park(frontier, deadline);
    }
    return bookmark;
  }

  private void park(WatchCache.Frontier<K, V> seen, long deadline) throws InterruptedException {
    long nanos = Math.min(MAX_PARK_NANOS, deadline - System.nanoTime());
    if (!told.equals(seen.resourceVersion())) {
      nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(millisToBookmark()));
    }
    waiting = Thread.currentThread();
    try {
      if (nanos > 0 && cache.frontier() == seen && end.get() == null) {
        LockSupport.parkNanos(this, nanos);
      }
    } finally {
      waiting = null;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private long millisToBookmark() {
    long sinceMillis = clock.millis() - toldAtMillis;
    // At least one, so that a clock that stands still does not make this spin.
    return Math.max(1, options.bookmarkEvery().toMillis() - sinceMillis);
  }

  private @Nullable Change<K, V> bookmarkIfDue() {
    if (phase == Phase.INITIAL
        || clock.millis() - toldAtMillis < options.bookmarkEvery().toMillis()) {
      return null;
    }
    ResourceVersion reached = view.position();
    return reached.equals(told) ? null : Change.bookmark(reached);
  }

  @Override
  public ResourceVersion resourceVersion() {
    return told;
  }

  @Override
  public void close() {
    close(new WatchClosedException("The watch"));
  }

  void close(WatchEndedException reason) {
    end(reason);
    boolean locked = false;
    try {
      // Whoever takes was woken, and closes the history itself when this wait is not enough.
      locked = taking.tryLock(MAX_CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      if (locked) {
        closeHistory();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (locked) {
        taking.unlock();
      }
    }
  }

  /** Ends the watch from any thread, without waiting for whoever takes from it. */
  private void end(WatchEndedException reason) {
    if (end.compareAndSet(null, reason)) {
      cache.forget(this);
    }
    wake();
    History<K, V> reading = history;
    if (reading != null) {
      reading.wakeup();
    }
  }

  /** By the writer: whether it has now been far behind for longer than it may. */
  boolean isOverBudget(Duration sinceLast, Duration budget) {
    Ring<K, V> reading = ring;
    WatchCache.Frontier<K, V> frontier = cache.frontier();
    boolean behind =
        reading == frontier.ring()
            && frontier.tail() - next.getAcquire() > Math.max(1, reading.capacity() / 2);
    behindNanos =
        behind
            ? behindNanos + sinceLast.toNanos()
            : Math.max(0, behindNanos - sinceLast.toNanos() / 2);
    return behindNanos > budget.toNanos();
  }

  /** By the writer. */
  void endAsSlow() {
    Ring<K, V> reading = ring;
    cache.countTerminated();
    end(new SlowWatcherException(reading == null ? 0 : reading.capacity() / 2, told));
  }

  void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  private void throwIfEnded() {
    WatchEndedException reason = end.get();
    if (reason != null) {
      throw reason;
    }
  }

  private void closeHistory() {
    History<K, V> closing = history;
    history = null;
    if (closing != null) {
      closing.close();
    }
  }

  private static Duration atMost(Duration limit, long deadline) {
    long nanos = Math.max(0, deadline - System.nanoTime());
    return limit.toNanos() <= nanos ? limit : Duration.ofNanos(nanos);
  }
}
