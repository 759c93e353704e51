package dev.tidings.informer.fifo;

import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The changes that wait for one consumer, bounded: client-go's DeltaFIFO.
 *
 * <p>Either every change comes out, in the order in which they went in; or, <em>coalescing</em>,
 * those of a key that wait at the same time come out as one, in the place of the first: the state
 * that the consumer knew and the newest one. An object that came and went meanwhile does not come
 * out at all.
 *
 * <p>Whole states, to begin with or to be told again, are snapshots: they take no room however many
 * objects they hold, and keep their place among the changes.
 *
 * <p>Safe for any thread; one consumer.
 */
public final class DeltaFifo<K, V> {
  private final int capacity;
  private final boolean coalescing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Deque<Element<K, V>> elements = new ArrayDeque<>();
  // Those that can still be joined with a later change of the same key.
  private final Map<K, One<K, V>> open = new HashMap<>();
  private int size;
  private boolean begun;
  private boolean synced;
  private boolean underway;
  private boolean closed;

  private sealed interface Element<K, V> {}

  /** One thing to come out; none if it was joined to nothing. */
  private static final class One<K, V> implements Element<K, V> {
    @Nullable Pending<K, V> pending;

    One(Pending<K, V> pending) {
      this.pending = pending;
    }
  }

  private record All<K, V>(Iterator<Delta<K, V>> deltas, boolean initial)
      implements Element<K, V> {}

  /**
   * @param capacity how many changes may wait
   * @param coalescing whether the changes of a key are joined while they wait
   */
  public DeltaFifo(int capacity, boolean coalescing) {
    if (capacity < 1) {
      throw new IllegalArgumentException("The capacity is at least 1, not " + capacity);
    }
    this.capacity = capacity;
    this.coalescing = coalescing;
  }

  /** Gives the state to begin with: once, before any change. Nothing comes out before that. */
  public void begin(Snapshot<K, V> state) {
    lock.lock();
    try {
      if (begun) {
        throw new IllegalStateException("It has begun already");
      }
      begun = true;
      add(new All<>(deltas(state, Delta.Type.INITIAL), true));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has a state told again, as {@code SYNC}, after the changes that wait now; unless that is still
   * being done.
   *
   * @param state with all changes that were offered so far, and no others
   */
  public void resync(Snapshot<K, V> state) {
    lock.lock();
    try {
      if (elements.stream().noneMatch(All.class::isInstance)) {
        add(new All<>(deltas(state, Delta.Type.SYNC), false));
      }
    } finally {
      lock.unlock();
    }
  }

  // The iterator is only ever used under the lock.
  private static <K, V> Iterator<Delta<K, V>> deltas(Snapshot<K, V> state, Delta.Type type) {
    Iterator<Map.Entry<K, V>> entries = state.entries().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Delta<K, V> next() {
        Map.Entry<K, V> entry = entries.next();
        V previous = type == Delta.Type.SYNC ? entry.getValue() : null;
        return new Delta<>(type, entry.getKey(), entry.getValue(), previous, null, false);
      }
    };
  }

  private void add(Element<K, V> element) {
    // What comes after must not be told before it.
    open.clear();
    if (!closed) {
      elements.add(element);
      changed.signalAll();
    }
  }

  /** Says that other partitions are followed from here on. */
  public void partitions(Pending.Partitions<K, V> partitions) {
    lock.lock();
    try {
      add(new One<>(partitions));
      size++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds changes, all or none, waiting for room.
   *
   * @param wait at most this long. When nothing waits there is room for any number.
   * @return false if there was no room. When it is closed there is always room: nothing is kept.
   */
  public boolean offer(List<Delta<K, V>> deltas, Duration wait) throws InterruptedException {
    long nanos = wait.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closed && size > 0 && size + deltas.size() > capacity) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      if (!closed) {
        deltas.forEach(this::addOrJoin);
        changed.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void addOrJoin(Delta<K, V> delta) {
    One<K, V> waiting = coalescing ? open.get(delta.key()) : null;
    if (waiting != null && waiting.pending instanceof Delta<K, V> earlier) {
      Delta<K, V> together = earlier.then(delta);
      waiting.pending = together;
      if (together == null) {
        open.remove(delta.key());
        size--;
      }
      return;
    }
    One<K, V> added = new One<>(delta);
    elements.add(added);
    size++;
    if (coalescing) {
      open.put(delta.key(), added);
    }
  }

  /**
   * Takes what is next. The one before counts as handled by that.
   *
   * @return null if nothing came in time, or it is closed
   */
  public @Nullable Pending<K, V> poll(Duration wait) throws InterruptedException {
    long nanos = wait.toNanos();
    lock.lockInterruptibly();
    try {
      underway = false;
      while (!closed) {
        Pending<K, V> next = begun ? take() : null;
        if (next != null) {
          underway = true;
          return next;
        }
        if (nanos <= 0) {
          return null;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Pending<K, V> take() {
    for (Element<K, V> first = elements.peek(); first != null; first = elements.peek()) {
      if (first instanceof All<K, V> all) {
        if (all.deltas().hasNext()) {
          return all.deltas().next();
        }
        synced |= all.initial();
        elements.remove();
      } else if (first instanceof One<K, V> one) {
        elements.remove();
        Pending<K, V> pending = one.pending;
        if (pending != null) {
          size--;
          if (pending instanceof Delta<K, V> delta) {
            open.remove(delta.key(), one);
          }
          changed.signalAll();
          return pending;
        }
      }
    }
    return null;
  }

  /** Whether all of the state to begin with has come out and was handled. */
  public boolean hasSynced() {
    lock.lock();
    try {
      return synced;
    } finally {
      lock.unlock();
    }
  }

  /** How many changes wait, the one that is being handled included. */
  public int size() {
    lock.lock();
    try {
      return size + (underway && synced ? 1 : 0);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what waits and takes nothing more; wakes whoever waits. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      elements.clear();
      open.clear();
      size = 0;
      underway = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
