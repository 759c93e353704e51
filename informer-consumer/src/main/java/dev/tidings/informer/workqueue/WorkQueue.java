package dev.tidings.informer.workqueue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What a controller has yet to look at: client-go's rate limiting work queue.
 *
 * <ul>
 *   <li>An item that is waiting is not added again; one that is being worked on is given out again
 *       after {@link #done}, never to two workers at a time.
 *   <li>{@link #addAfter} adds it later, {@link #addRateLimited} after as long as the limiter says:
 *       for what has failed. {@link #forget} tells the limiter that it went well.
 *   <li>{@link #shutDown} gives out what waits and takes nothing more; workers then end.
 * </ul>
 *
 * <p>Its size is bounded by the number of different items. Safe for any thread.
 *
 * @param <T> need {@code equals} and {@code hashCode}
 */
public final class WorkQueue<T> implements AutoCloseable {
  private record Later<T>(T item, long dueNanos, long number) {}

  private final RateLimiter<? super T> limiter;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock. Dirty: to be worked on, waiting in the queue unless in the works now.
  private final Queue<T> queue = new ArrayDeque<>();
  private final Set<T> dirty = new HashSet<>();
  private final Set<T> processing = new HashSet<>();
  private final PriorityQueue<Later<T>> later =
      new PriorityQueue<>(
          Comparator.<Later<T>>comparingLong(Later::dueNanos).thenComparingLong(Later::number));
  // The earliest time for each item that waits for its time.
  private final Map<T, Later<T>> earliest = new HashMap<>();
  private long numbers;
  private boolean shuttingDown;

  /** A queue in which what fails waits 5 ms, then twice as long each time, up to 1,000 s. */
  public static <T> WorkQueue<T> create() {
    return new WorkQueue<>(RateLimiter.forControllers(), System::nanoTime);
  }

  /**
   * @param limiter how long failed items wait
   * @param nanoTime the time, as {@link System#nanoTime()}
   */
  public WorkQueue(RateLimiter<? super T> limiter, LongSupplier nanoTime) {
    this.limiter = limiter;
    this.nanoTime = nanoTime;
  }

  /** Adds an item, unless it waits already. Ignored when shutting down. */
  public void add(T item) {
    lock.lock();
    try {
      addNow(item);
    } finally {
      lock.unlock();
    }
  }

  private void addNow(T item) {
    if (shuttingDown || !dirty.add(item)) {
      return;
    }
    if (!processing.contains(item)) {
      queue.add(item);
      changed.signal();
    }
  }

  /** Adds an item after a while; if it is to be added at several times, at the first of them. */
  public void addAfter(T item, Duration delay) {
    lock.lock();
    try {
      if (shuttingDown) {
        return;
      }
      if (delay.isZero() || delay.isNegative()) {
        addNow(item);
        return;
      }
      Later<T> one = new Later<>(item, nanoTime.getAsLong() + delay.toNanos(), numbers++);
      Later<T> before = earliest.get(item);
      if (before == null || one.dueNanos() - before.dueNanos() < 0) {
        earliest.put(item, one);
        later.remove(before);
        later.add(one);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds an item that has failed, after as long as the limiter says. */
  public void addRateLimited(T item) {
    addAfter(item, limiter.when(item));
  }

  /** It went well, or is given up: the limiter begins anew with it. */
  public void forget(T item) {
    limiter.forget(item);
  }

  /** How often it has failed since it was last forgotten. */
  public int failures(T item) {
    return limiter.failures(item);
  }

  /**
   * Waits for an item to work on. Each must be given to {@link #done} when that is over, however it
   * ended.
   *
   * @return empty if nothing came in time, or nothing will come: see {@link #isShutDown}
   */
  public Optional<T> get(Duration timeout) throws InterruptedException {
    long deadline = nanoTime.getAsLong() + timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        long untilDue = addDue();
        T item = queue.poll();
        if (item != null) {
          processing.add(item);
          dirty.remove(item);
          return Optional.of(item);
        }
        long left = deadline - nanoTime.getAsLong();
        if (left <= 0 || isDrained()) {
          return Optional.empty();
        }
        changed.awaitNanos(Math.min(left, untilDue));
      }
    } finally {
      lock.unlock();
    }
  }

  // Adds what is due, and says how long it is to the next.
  private long addDue() {
    long now = nanoTime.getAsLong();
    for (Later<T> next = later.peek(); next != null; next = later.peek()) {
      long left = next.dueNanos() - now;
      if (left > 0) {
        return left;
      }
      later.remove();
      earliest.remove(next.item());
      addNow(next.item());
    }
    return Long.MAX_VALUE;
  }

  /** The work on an item is over. If it was added meanwhile, it waits again from now on. */
  public void done(T item) {
    lock.lock();
    try {
      processing.remove(item);
      if (dirty.contains(item)) {
        queue.add(item);
        changed.signal();
      } else if (isDrained()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many items wait, without those that wait for their time. */
  public int size() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and forgets what waits for its time; what waits is still given out. */
  public void shutDown() {
    lock.lock();
    try {
      shuttingDown = true;
      later.clear();
      earliest.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Shuts down and waits until all that waited is done.
   *
   * @return false if that took longer
   */
  public boolean shutDownAndDrain(Duration timeout) throws InterruptedException {
    shutDown();
    long nanos = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (!isDrained()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it was shut down and everything was given out and done. */
  public boolean isShutDown() {
    lock.lock();
    try {
      return isDrained();
    } finally {
      lock.unlock();
    }
  }

  private boolean isDrained() {
    return shuttingDown && queue.isEmpty() && dirty.isEmpty() && processing.isEmpty();
  }

  /** The same as {@link #shutDown()}. */
  @Override
  public void close() {
    shutDown();
  }
}
