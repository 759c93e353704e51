package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Saves the state now and then, and once more at the end, on a thread of its own. */
final class CheckpointThread<K, V> implements AutoCloseable {
  private static final Duration MAX_JOIN = Duration.ofSeconds(30);

  /** A state, and when its objects expire. */
  record State<K, V>(Snapshot<K, V> snapshot, Map<K, Long> expiresMillis) {}

  /** Gives the state of the moment; null if there is none to be kept yet. */
  @FunctionalInterface
  interface Source<K, V> {
    @Nullable State<K, V> state() throws InterruptedException;
  }

  private final Checkpoints<K, V> checkpoints;
  private final Duration every;
  private final Source<K, V> source;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable ResourceVersion saved;

  CheckpointThread(
      String topic, Checkpoints<K, V> checkpoints, Duration every, Source<K, V> source) {
    this.checkpoints = checkpoints;
    this.every = every;
    this.source = source;
    thread = new Thread(this::run, "tidings-informer-checkpoint-" + topic);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean last = false;
      while (!last) {
        last = closing.await(every.toMillis(), TimeUnit.MILLISECONDS);
        save();
      }
    } catch (InterruptedException e) {
      // Closing took too long: the checkpoint from before stays.
      return;
    }
  }

  private void save() throws InterruptedException {
    State<K, V> state = source.state();
    if (state == null || Objects.equals(state.snapshot().resourceVersion(), saved)) {
      return;
    }
    if (checkpoints.save(state.snapshot(), state.expiresMillis())) {
      saved = state.snapshot().resourceVersion();
    }
  }

  /** Saves once more and ends, within a limited time. Before the informer's writer ends. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(MAX_JOIN.toMillis());
      thread.interrupt();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
