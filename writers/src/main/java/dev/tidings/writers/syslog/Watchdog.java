package dev.tidings.writers.syslog;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Closes what takes too long, so that who waits for it goes on with an error. Thread-safe. */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread;

  Watchdog() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread daemon = new Thread(task, "tidings-syslog-watchdog");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Closes it after the limit unless the watch is over before. */
  Watch closing(Closeable closeable, Duration limit) {
    Future<?> task =
        thread.schedule(() -> Closing.quietly(closeable), limit.toMillis(), TimeUnit.MILLISECONDS);
    return () -> task.cancel(false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** Until closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
