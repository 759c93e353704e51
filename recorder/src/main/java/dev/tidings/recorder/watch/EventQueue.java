package dev.tidings.recorder.watch;

import dev.tidings.recorder.journal.Nanos;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects items and hands them on in batches: at an interval, or sooner when a batch is full. The
 * idea is that of GoDoxy's {@code EventQueue}.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>{@link #offer} may be called by any thread. It waits only if the queue is full and {@link
 *       FullBehaviour.Wait} was chosen.
 *   <li>Batches are handed on one at a time, by one thread of the queue, in the order in which the
 *       items were offered. A batch is the callback's to keep and is never empty.
 *   <li>What the callback throws is told to the error callback, and the next batch goes on. What
 *       the error callback throws is logged.
 *   <li>{@link #close} hands on what is queued ({@link Ending#DRAIN}) or forgets it ({@link
 *       Ending#DISCARD}). After it, nothing is taken and the callback is not called any more,
 *       unless the time was over while it ran.
 * </ol>
 *
 * @param <T> what is collected
 */
public final class EventQueue<T> implements AutoCloseable {
  /** What becomes of what is queued at the end. */
  public enum Ending {
    /** It is handed on. */
    DRAIN,
    /** It is forgotten. */
    DISCARD
  }

  /** How long {@link #close()} takes at most. */
  public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  private final Settings settings;
  private final Consumer<? super List<T>> onFlush;
  private final Consumer<? super Throwable> onError;
  private final LongAdder dropped = new LongAdder();
  private final LongAdder handedOn = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition offered = lock.newCondition();
  private final Condition taken = lock.newCondition();
  private final Thread thread;

  /** Guarded by the lock. */
  private final Deque<T> queue = new ArrayDeque<>();

  /** Guarded by the lock. */
  private boolean closed;

  /**
   * How a queue works.
   *
   * @param name of its thread
   * @param capacity how many items may wait
   * @param batchSize how many make a batch that is handed on at once
   * @param interval how long an item waits for others at most; zero hands on at once
   * @param whenFull what happens to an item that finds no room
   */
  public record Settings(
      String name, int capacity, int batchSize, Duration interval, FullBehaviour whenFull) {
    /**
     * @throws IllegalArgumentException if a number makes no sense, saying which
     */
    public Settings {
      if (capacity < 1 || batchSize < 1 || interval.isNegative()) {
        throw new IllegalArgumentException(
            "A queue needs a capacity and a batch size of at least 1, and an interval that is not"
                + " negative; not %d, %d and %s".formatted(capacity, batchSize, interval));
      }
    }

    /** 1,000 items, which are handed on at once and dropped when there is no room. */
    public static Settings named(String name) {
      return new Settings(name, 1_000, 1_000, Duration.ZERO, new FullBehaviour.Drop());
    }

    /** So many may wait. */
    public Settings withCapacity(int items) {
      return new Settings(name, items, batchSize, interval, whenFull);
    }

    /** Batches of at most so many, and at most so old. */
    public Settings withBatches(int size, Duration atLeastEvery) {
      return new Settings(name, capacity, size, atLeastEvery, whenFull);
    }

    /** This behaviour when there is no room. */
    public Settings withWhenFull(FullBehaviour behaviour) {
      return new Settings(name, capacity, batchSize, interval, behaviour);
    }
  }

  private EventQueue(
      Settings settings, Consumer<? super List<T>> onFlush, Consumer<? super Throwable> onError) {
    this.settings = settings;
    this.onFlush = onFlush;
    this.onError = onError;
    this.thread = new Thread(this::run, settings.name());
    thread.setDaemon(true);
  }

  /**
   * Starts a queue.
   *
   * @param onFlush gets the batches
   * @param onError is told what {@code onFlush} throws
   */
  public static <T> EventQueue<T> start(
      Settings settings, Consumer<? super List<T>> onFlush, Consumer<? super Throwable> onError) {
    EventQueue<T> queue = new EventQueue<>(settings, onFlush, onError);
    queue.thread.start();
    return queue;
  }

  /**
   * Adds an item.
   *
   * @return whether it was taken; it is counted as dropped if not
   */
  public boolean offer(T item) {
    lock.lock();
    try {
      if (!closed && queue.size() >= settings.capacity()) {
        awaitRoom();
      }
      if (closed || queue.size() >= settings.capacity()) {
        dropped.increment();
        return false;
      }
      queue.addLast(item);
      if (queue.size() == 1 || queue.size() == settings.batchSize()) {
        offered.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom() {
    long left =
        settings.whenFull() instanceof FullBehaviour.Wait wait ? Nanos.of(wait.atMost()) : 0;
    try {
      while (left > 0 && !closed && queue.size() >= settings.capacity()) {
        left = taken.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // The item is dropped; the interruption is the caller's business.
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (List<T> batch = next(); !batch.isEmpty(); batch = next()) {
        flush(batch);
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was stopped before everything was handed on", settings.name());
    }
  }

  /** The next batch, waiting for it; empty when the queue is closed and empty. */
  private List<T> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && !closed) {
        offered.await();
      }
      long left = Nanos.of(settings.interval());
      while (left > 0 && queue.size() < settings.batchSize() && !closed) {
        left = offered.awaitNanos(left);
      }
      List<T> batch = new ArrayList<>(Math.min(queue.size(), settings.batchSize()));
      while (!queue.isEmpty() && batch.size() < settings.batchSize()) {
        batch.add(queue.removeFirst());
      }
      taken.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  // A callback may throw anything, an Error included; the other batches must not suffer.
  @SuppressWarnings("CatchThrowable")
  private void flush(List<T> batch) {
    try {
      onFlush.accept(batch);
    } catch (Throwable e) {
      try {
        onError.accept(e);
      } catch (RuntimeException | Error worse) {
        LOG.error("The error callback of {} failed", settings.name(), worse);
      }
    }
    handedOn.add(batch.size());
  }

  /** How many items were not taken. */
  public long dropped() {
    return dropped.sum();
  }

  /** How many items were handed on, successfully or not. */
  public long handedOn() {
    return handedOn.sum();
  }

  /** How many items wait. */
  public int size() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more, and ends. When called by the callback itself, it does not wait for that.
   *
   * @return whether the queue ended in time
   */
  public boolean close(Ending ending, Duration timeout) {
    lock.lock();
    try {
      closed = true;
      if (ending == Ending.DISCARD) {
        queue.clear();
      }
      offered.signalAll();
      taken.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread) {
      return false;
    }
    try {
      thread.join(Nanos.atLeastOneMilli(timeout));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      thread.interrupt();
      return false;
    }
    return true;
  }

  /** Drains within {@link #DEFAULT_CLOSE_TIMEOUT}. */
  @Override
  public void close() {
    close(Ending.DRAIN, DEFAULT_CLOSE_TIMEOUT);
  }
}
