package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.LogChange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one handler, on a thread of its own, and keeps the changes that wait for it.
 *
 * <p>The state it begins with is a snapshot, which takes no room in the buffer however large it is.
 * Changes come in batches, as they were read; one batch is always accepted when nothing waits.
 */
final class HandlerThread<K, V> implements HandlerRegistration {
  private static final Logger log = LoggerFactory.getLogger(HandlerThread.class);
  private static final Duration SAY_SO_EVERY = Duration.ofSeconds(10);
  private static final Duration MAX_JOIN = Duration.ofSeconds(5);

  /**
   * Changes for handlers.
   *
   * @param replaced they were found by comparing states: what is gone was not seen going
   */
  record Batch<K, V>(List<LogChange<K, V>> changes, boolean replaced) {}

  private final String name;
  private final ResourceEventHandler<? super K, ? super V> handler;
  private final HandlerOptions options;
  private final ProblemListener problems;
  private final Consumer<HandlerThread<K, V>> ended;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final Queue<Batch<K, V>> waiting = new ArrayDeque<>();
  private @Nullable Snapshot<K, V> beginning;
  private int waitingChanges;
  private boolean stopped;

  private volatile int underway;
  private volatile boolean synced;
  private volatile @Nullable Throwable error;

  /**
   * @param ended called when it will take no more, from whichever thread ends it
   */
  HandlerThread(
      String name,
      ResourceEventHandler<? super K, ? super V> handler,
      HandlerOptions options,
      ProblemListener problems,
      Consumer<HandlerThread<K, V>> ended) {
    this.name = name;
    this.handler = handler;
    this.options = options;
    this.problems = problems;
    this.ended = ended;
    thread = new Thread(this::run, "tidings-informer-handler-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Gives it the state to begin with: once, and before the first batch. */
  void begin(Snapshot<K, V> snapshot) {
    lock.lock();
    try {
      beginning = snapshot;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** By the informer's writer: adds changes, waiting for room if that is the handler's option. */
  void offer(Batch<K, V> batch) throws InterruptedException {
    boolean overflow = false;
    lock.lockInterruptibly();
    try {
      while (!stopped && waitingChanges > 0 && !fits(batch) && !overflow) {
        if (options.whenFull() == HandlerOptions.WhenFull.END_HANDLER) {
          overflow = true;
        } else if (!changed.await(SAY_SO_EVERY.toSeconds(), TimeUnit.SECONDS)) {
          log.warn("The informer waits for handler '{}': {} changes are pending", name, pending());
        }
      }
      if (stopped || overflow) {
        waiting.clear();
      } else {
        waiting.add(batch);
        waitingChanges += batch.changes().size();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (overflow) {
      fail(
          new IllegalStateException(
              "more than "
                  + options.capacity()
                  + " changes were waiting for it: make it faster, or give it more capacity"));
    }
  }

  private boolean fits(Batch<K, V> batch) {
    return waitingChanges + batch.changes().size() <= options.capacity();
  }

  private void run() {
    try {
      for (Map.Entry<K, V> entry : awaitBeginning().entries()) {
        if (isStopped()) {
          return;
        }
        call(() -> handler.onAdd(entry.getKey(), entry.getValue(), true));
      }
      synced = true;
      while (true) {
        Batch<K, V> batch = next();
        for (LogChange<K, V> change : batch.changes()) {
          if (isStopped()) {
            return;
          }
          call(() -> handle(change, batch.replaced()));
          underway--;
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts: nothing is left to do.
      log.debug("Handler '{}' was stopped", name);
    } catch (Error e) {
      fail(e);
    }
  }

  private Snapshot<K, V> awaitBeginning() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (beginning == null && !stopped) {
        changed.await();
      }
      Snapshot<K, V> snapshot = beginning;
      // Not kept longer than needed.
      beginning = null;
      if (snapshot == null) {
        throw new InterruptedException();
      }
      return snapshot;
    } finally {
      lock.unlock();
    }
  }

  private Batch<K, V> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !stopped) {
        changed.await();
      }
      Batch<K, V> batch = waiting.poll();
      if (batch == null || stopped) {
        throw new InterruptedException();
      }
      underway = batch.changes().size();
      waitingChanges -= underway;
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void handle(LogChange<K, V> change, boolean replaced) {
    V object = change.object();
    V previous = change.previous();
    if (object == null) {
      if (previous != null) {
        handler.onDelete(change.key(), previous, replaced);
      }
    } else if (previous == null) {
      handler.onAdd(change.key(), object, false);
    } else {
      handler.onUpdate(change.key(), previous, object);
    }
  }

  private void call(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      problems.onProblem(new Problem.HandlerThrew(name, e));
    }
  }

  private void fail(Throwable cause) {
    error = cause;
    stop();
    problems.onProblem(new Problem.HandlerEnded(name, cause));
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Ends it without waiting for the call that it may be in. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      waiting.clear();
      waitingChanges = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    ended.accept(this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean hasSynced() {
    return synced;
  }

  @Override
  public int pending() {
    lock.lock();
    try {
      return waitingChanges + underway;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Throwable> error() {
    return Optional.ofNullable(error);
  }

  @Override
  public void close() {
    stop();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(MAX_JOIN.toMillis());
      if (thread.isAlive()) {
        log.warn("Handler '{}' does not return from its call: interrupting it", name);
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
