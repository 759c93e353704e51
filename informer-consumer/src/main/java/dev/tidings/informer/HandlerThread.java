package dev.tidings.informer;

import dev.tidings.informer.fifo.Delta;
import dev.tidings.informer.fifo.DeltaFifo;
import dev.tidings.informer.fifo.Pending;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls one handler, on a thread of its own, with what its FIFO holds. */
final class HandlerThread<K, V> implements HandlerRegistration {
  private static final Logger log = LoggerFactory.getLogger(HandlerThread.class);
  private static final Duration SAY_SO_EVERY = Duration.ofSeconds(10);
  private static final Duration MAX_POLL = Duration.ofSeconds(10);
  private static final Duration MAX_JOIN = Duration.ofSeconds(5);

  private final String name;
  private final ResourceEventHandler<? super K, ? super V> handler;
  private final HandlerOptions options;
  private final ProblemListener problems;
  private final Consumer<HandlerThread<K, V>> ended;
  private final DeltaFifo<K, V> fifo;
  private final Thread thread;
  private volatile @Nullable Throwable error;

  // The informer's writer only.
  private long resyncedMillis = Long.MIN_VALUE;

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
    fifo =
        new DeltaFifo<>(
            options.capacity(), options.delivery() == HandlerOptions.Delivery.NEWEST_STATE);
    thread = new Thread(this::run, "tidings-informer-handler-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Gives it the state to begin with: once, and before the first changes. */
  void begin(Snapshot<K, V> snapshot) {
    fifo.begin(snapshot);
  }

  /** By the informer's writer: adds changes, waiting for room if that is the handler's option. */
  void offer(List<Delta<K, V>> deltas) throws InterruptedException {
    boolean waits = options.whenFull() == HandlerOptions.WhenFull.WAIT;
    while (!fifo.offer(deltas, waits ? SAY_SO_EVERY : Duration.ZERO)) {
      if (!waits) {
        fail(
            new IllegalStateException(
                "more than "
                    + options.capacity()
                    + " changes were waiting for it: make it faster, or give it more capacity"));
        return;
      }
      log.warn("The informer waits for handler '{}': {} changes are pending", name, pending());
    }
  }

  /** By the informer's writer: other partitions are followed from here on. */
  void partitions(Set<Integer> gained, Set<Integer> lost) {
    fifo.partitions(new Pending.Partitions<>(gained, lost));
  }

  /**
   * By the informer's writer: has everything told again if it is time.
   *
   * @param state with all changes that were offered so far
   */
  void resyncIfDue(Snapshot<K, V> state, long nowMillis) {
    Duration every = options.resyncEvery();
    if (every == null || !fifo.hasSynced()) {
      return;
    }
    if (resyncedMillis == Long.MIN_VALUE) {
      resyncedMillis = nowMillis;
    } else if (nowMillis - resyncedMillis >= every.toMillis()) {
      resyncedMillis = nowMillis;
      fifo.resync(state);
    }
  }

  private void run() {
    try {
      while (!fifo.isClosed()) {
        Pending<K, V> pending = fifo.poll(MAX_POLL);
        if (pending != null) {
          call(pending);
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts: nothing is left to do.
      log.debug("Handler '{}' was stopped", name);
    } catch (Error e) {
      fail(e);
    }
  }

  private void call(Pending<K, V> pending) {
    try {
      if (pending instanceof Delta<K, V> delta) {
        handle(delta);
      } else if (pending instanceof Pending.Partitions<K, V> partitions) {
        handler.onPartitions(partitions.gained(), partitions.lost());
      }
    } catch (RuntimeException e) {
      problems.onProblem(new Problem.HandlerThrew(name, e));
    }
  }

  private void handle(Delta<K, V> delta) {
    V object = delta.object();
    V previous = delta.previous();
    if (object == null) {
      V last = delta.lastKnown();
      if (previous != null) {
        handler.onDelete(
            delta.key(), Objects.requireNonNullElse(last, previous), delta.finalStateUnknown());
      }
    } else if (previous == null) {
      handler.onAdd(delta.key(), object, delta.type() == Delta.Type.INITIAL);
    } else {
      handler.onUpdate(delta.key(), previous, object);
    }
  }

  private void fail(Throwable cause) {
    error = cause;
    stop();
    problems.onProblem(new Problem.HandlerEnded(name, cause));
  }

  /** Ends it without waiting for the call that it may be in. */
  void stop() {
    fifo.close();
    ended.accept(this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean hasSynced() {
    return fifo.hasSynced();
  }

  @Override
  public int pending() {
    return fifo.size();
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
