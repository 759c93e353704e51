package dev.tidings.recorder.source;

import dev.tidings.recorder.EventRecorder;
import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens to the files in a directory and all directories below it, as events of
 * {@link FileEvent}.
 *
 * <p>However an editor writes a file (over the old one, into a new one that takes its name, or
 * after moving the old one away), it is one {@link FileEvent#Written}. Directories are not recorded
 * themselves; renaming one renames each file in it. When the operating system loses count, {@link
 * FileEvent#ForcedReload} says so, and what changed is found by looking at all files. Links are not
 * followed. What happens while no source watches is not recorded.
 *
 * <p>Thread-safe.
 */
public final class FileSource implements EventSource {
  private final FileSourceBuilder settings;
  private final Path given;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final SourceErrorHandler errors;
  private final ScheduledThreadPoolExecutor timer;
  private final Delivery delivery;
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong forcedReloads = new AtomicLong();
  private final Thread worker;

  /** Held while one closes; whoever closes, too, gets the same answer. */
  private final Object closeLock = new Object();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock. */
  private final PendingChanges pending;

  /** Guarded by the lock; null until started. */
  private @Nullable Watched watched;

  /** Guarded by the lock. */
  private boolean closing;

  /** Guarded by the close lock; null until closed. */
  private @Nullable Boolean complete;

  /**
   * The tree and what is told of it. The watcher is replaced when it ends.
   *
   * @param ended is completed when the watcher tells no more
   */
  private record Watched(
      Path root,
      FileTree tree,
      FileObservations observations,
      DirectoryWatcher watcher,
      CompletableFuture<Void> ended) {}

  FileSource(FileSourceBuilder settings) {
    this.settings = settings;
    this.given = settings.root();
    this.clock = settings.clock();
    this.ticker = settings.ticker();
    this.errors = settings.errors();
    this.pending = settings.pending();
    this.timer = SourceThreads.timer("tidings-files-timer");
    this.delivery =
        new Delivery(
            settings.outlet(),
            settings.confirmation(),
            settings.maxPending(),
            timer,
            settings.backoff(),
            errors);
    this.worker = SourceThreads.daemon("tidings-files", this::run);
  }

  /**
   * Starts a source's settings. The recorder must know the catalogue {@link FileEvent}.
   *
   * @param directory what to watch
   */
  public static FileSourceBuilder builder(EventRecorder recorder, Path directory) {
    return FileSourceBuilder.of(recorder, directory);
  }

  /** Every change after this call is seen. */
  @Override
  public void start() {
    lock.lock();
    try {
      if (watched != null || closing) {
        throw new IllegalStateException("A source is started once");
      }
      Path root = given.toRealPath();
      if (!Files.isDirectory(root)) {
        throw new IOException("it is no directory");
      }
      FileTree tree = new FileTree(root, settings.ignored(), settings.maxFiles());
      watched = watch(root, tree, new FileObservations(root));
      tree.learn();
      worker.start();
    } catch (IOException e) {
      stopWatching();
      throw new UncheckedIOException(
          "%s cannot be watched: %s".formatted(given, SourceThreads.reason(e)), e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public SourceCounts counts() {
    return new SourceCounts(
        delivery.recorded(),
        delivery.refused(),
        delivery.pending(),
        delivery.retried(),
        0,
        0,
        connects.get(),
        forcedReloads.get());
  }

  @Override
  public boolean close(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    synchronized (closeLock) {
      if (complete == null) {
        complete = end(deadline);
      }
      return complete;
    }
  }

  private boolean end(long deadline) {
    boolean empty = false;
    try {
      worker.join(SourceThreads.millisUntil(deadline));
      boolean looked = !worker.isAlive();
      worker.interrupt();
      empty = delivery.end(Duration.ofNanos(deadline - System.nanoTime())) && looked;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      worker.interrupt();
    }
    timer.shutdownNow();
    return empty;
  }

  private void run() {
    int failures = 0;
    try {
      while (awaitChanges()) {
        try {
          Watched now = watchAgainIfEnded();
          record(now, takeDue());
          failures = 0;
        } catch (IOException | RuntimeException e) {
          failures++;
          failed(e, failures);
        }
      }
      recordTheRest();
    } catch (InterruptedException e) {
      // Only close() interrupts, when its time is over.
    } finally {
      stopWatching();
    }
  }

  private void failed(Exception failure, int failures) throws InterruptedException {
    if (failures == 1) {
      errors.onError(
          "%s cannot be watched now: %s; trying again"
              .formatted(given, SourceThreads.reason(failure)),
          failure);
    }
    long pause = settings.backoff().pause(failures).toNanos();
    lock.lock();
    try {
      pending.overflow(ticker.getAsLong());
      long left = pause;
      while (!closing && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is to be looked at, or the watcher ended; false if to be closed. */
  private boolean awaitChanges() throws InterruptedException {
    lock.lock();
    try {
      while (!closing && !hasEnded()) {
        long nanos = pending.nanosUntilDue(ticker.getAsLong());
        if (nanos <= 0) {
          return true;
        }
        if (nanos == Long.MAX_VALUE) {
          changed.await();
        } else {
          var unused = changed.awaitNanos(nanos);
        }
      }
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasEnded() {
    return watched != null && watched.ended().isDone();
  }

  private PendingChanges.Due takeDue() {
    lock.lock();
    try {
      return pending.take(ticker.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private Watched watchAgainIfEnded() throws IOException {
    lock.lock();
    try {
      Watched last = watched;
      if (last == null) {
        throw new IllegalStateException("start() sets it first");
      }
      if (!last.ended().isDone()) {
        return last;
      }
      if (!Files.isDirectory(last.root())) {
        throw new IOException("it is no directory any more");
      }
      Watched again = watch(last.root(), last.tree(), last.observations());
      watched = again;
      pending.overflow(ticker.getAsLong());
      return again;
    } finally {
      lock.unlock();
    }
  }

  private Watched watch(Path root, FileTree tree, FileObservations observations)
      throws IOException {
    DirectoryWatcher watcher =
        DirectoryWatcher.builder()
            .path(root)
            .fileHashing(false)
            .listener(new Listener(tree))
            .build();
    CompletableFuture<Void> ended;
    try {
      ended = watcher.watchAsync(task -> SourceThreads.daemon("tidings-files-watch", task).start());
    } catch (RuntimeException e) {
      watcher.close();
      throw e instanceof UncheckedIOException io ? io.getCause() : new IOException(e.toString(), e);
    }
    connects.incrementAndGet();
    var unused = ended.whenComplete((nothing, failure) -> signal());
    return new Watched(root, tree, observations, watcher, ended);
  }

  private void stopWatching() {
    lock.lock();
    Watched last = watched;
    lock.unlock();
    if (last != null) {
      try {
        last.watcher().close();
      } catch (IOException e) {
        errors.onError("Watching %s did not end cleanly".formatted(given), e);
      }
    }
  }

  private void recordTheRest() throws InterruptedException {
    Watched now;
    PendingChanges.Due rest;
    lock.lock();
    try {
      now = watched;
      rest = pending.takeAll();
    } finally {
      lock.unlock();
    }
    if (now == null) {
      return;
    }
    try {
      // What the operating system has not told yet is found by looking.
      deliver(now, rest.everything(), now.tree().lookAtAll(rest.modified()));
    } catch (IOException | RuntimeException e) {
      errors.onError("The last changes below %s are not recorded: %s".formatted(given, e), e);
    }
  }

  private void record(Watched now, PendingChanges.Due due)
      throws IOException, InterruptedException {
    if (due.isEmpty()) {
      return;
    }
    FileTree tree = now.tree();
    List<FileChange> changes =
        due.everything() ? tree.lookAtAll(due.modified()) : tree.look(due.modified());
    deliver(now, due.everything(), changes);
  }

  private void deliver(Watched now, boolean forcedReload, List<FileChange> changes)
      throws InterruptedException {
    Instant time = clock.instant();
    if (forcedReload) {
      forcedReloads.incrementAndGet();
      delivery.put(now.observations().forcedReload(time));
    }
    for (FileChange change : changes) {
      delivery.put(now.observations().of(change, time));
    }
  }

  private void signal() {
    lock.lock();
    changed.signalAll();
    lock.unlock();
  }

  /** Called by the watcher's thread. */
  private final class Listener implements DirectoryChangeListener {
    private final FileTree tree;

    Listener(FileTree tree) {
      this.tree = tree;
    }

    @Override
    public void onEvent(DirectoryChangeEvent event) {
      lock.lock();
      try {
        long now = ticker.getAsLong();
        boolean idle = pending.isEmpty();
        if (event.eventType() == DirectoryChangeEvent.EventType.OVERFLOW || event.path() == null) {
          pending.overflow(now);
        } else {
          boolean modified = event.eventType() == DirectoryChangeEvent.EventType.MODIFY;
          pending.touch(tree.pathOf(event.path()), modified, now);
        }
        if (idle) {
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onException(Exception failure) {
      errors.onError(
          "Changes below %s may have been missed: %s"
              .formatted(given, SourceThreads.reason(failure)),
          failure);
      lock.lock();
      try {
        pending.overflow(ticker.getAsLong());
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
