package dev.tidings.writers.lines;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Brings to the disk what was written, on a thread of its own, while more is written. A system says
 * only once that it failed, and may have dropped what it could not bring there: so whoever comes
 * next is told, and everybody after that. One thread at a time.
 */
final class DiskSync implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread daemon = new Thread(work, "tidings-lines-disk");
            daemon.setDaemon(true);
            return daemon;
          });
  private Future<?> latest = CompletableFuture.completedFuture(null);

  /** What brings it there. */
  interface Work {
    void run() throws IOException;
  }

  /**
   * Begins, unless there is some under way.
   *
   * @return whether it did
   * @throws IOException why the one before failed
   */
  boolean begin(Work work) throws IOException {
    if (!latest.isDone()) {
      return false;
    }
    await();
    latest =
        thread.submit(
            () -> {
              work.run();
              return null;
            });
    return true;
  }

  /**
   * Returns when nothing is under way.
   *
   * @throws IOException why it failed
   */
  void await() throws IOException {
    try {
      latest.get();
    } catch (ExecutionException e) {
      throw new IOException("What was written did not reach the disk: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the disk works");
    }
  }

  /** Does not wait for what is under way. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
