package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * What everybody may see of the cache: its state, whether there is one yet, why there will be no
 * more, and the handlers that are told of it. Safe for any thread.
 *
 * <p>The lock makes 'take the state and be told of what follows' one step for a new handler.
 */
final class Shown<K, V> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Written under the lock.
  private volatile Snapshot<K, V> snapshot;
  private volatile boolean synced;
  // The partitions the state is about; null for all.
  private volatile @Nullable Set<Integer> share;
  private volatile @Nullable InformerException failure;
  // Guarded by the lock.
  private boolean begun;
  private List<HandlerThread<K, V>> handlers = List.of();

  Shown(Snapshot<K, V> empty) {
    snapshot = empty;
  }

  Snapshot<K, V> snapshot() {
    return snapshot;
  }

  /** Whether a first load is done, and none of another share is under way. */
  boolean hasSynced() {
    return synced;
  }

  /**
   * Where another share of the partitions is being loaded, waits until it is there.
   *
   * @return false if the time was not enough
   * @throws IllegalStateException before the first load is done
   */
  boolean awaitShare(long deadlineNanos) {
    if (synced) {
      return true;
    }
    lock.lock();
    try {
      if (!begun) {
        throw new IllegalStateException(
            "The topic is not loaded yet: call awaitSync before watching it");
      }
      return await(null, deadlineNanos) != null;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      lock.unlock();
    }
  }

  @Nullable InformerException failure() {
    return failure;
  }

  List<HandlerThread<K, V>> handlers() {
    lock.lock();
    try {
      return handlers;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a handler: it begins with the state there is, or, before the first load, with that. */
  void add(HandlerThread<K, V> handler) {
    lock.lock();
    try {
      List<HandlerThread<K, V>> more = new ArrayList<>(handlers);
      more.add(handler);
      handlers = List.copyOf(more);
      if (begun) {
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

  /** By the writer: the same state, seen otherwise. */
  void replace(Snapshot<K, V> now) {
    lock.lock();
    try {
      snapshot = now;
    } finally {
      lock.unlock();
    }
  }

  /**
   * By the writer: shows a state.
   *
   * @param published what else is to be visible before any wait ends
   * @return the handlers that are to be told how it came about
   */
  List<HandlerThread<K, V>> show(Snapshot<K, V> now, Runnable published) {
    lock.lock();
    try {
      snapshot = now;
      published.run();
      changed.signalAll();
      return handlers;
    } finally {
      lock.unlock();
    }
  }

  /** By the writer: what is shown is not what is to be shown, until the next load is done. */
  void outdated() {
    synced = false;
  }

  /**
   * By the writer, as {@link #show}: a load is done. With the first, handlers begin.
   *
   * @param partitions what the state is about; null for all
   */
  List<HandlerThread<K, V>> showLoaded(
      Snapshot<K, V> now, @Nullable Set<Integer> partitions, Runnable published) {
    lock.lock();
    try {
      share = partitions;
      synced = true;
      List<HandlerThread<K, V>> told = show(now, published);
      if (begun) {
        return told;
      }
      begun = true;
      told.forEach(handler -> handler.begin(now));
      return List.of();
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
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it is {@linkplain #hasSynced synced} and the state includes a position, as far as
   * that is about the partitions it has.
   *
   * @param wanted null for any
   * @return the state; null if the time was not enough
   */
  @Nullable Snapshot<K, V> await(@Nullable ResourceVersion wanted, long deadlineNanos)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!synced
          || (wanted != null && !snapshot.resourceVersion().isAtLeast(wanted.only(share)))) {
        InformerException reason = failure;
        if (reason != null) {
          throw reason;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS) && isOver(deadlineNanos)) {
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
