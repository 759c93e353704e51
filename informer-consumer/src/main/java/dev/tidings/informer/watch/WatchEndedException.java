package dev.tidings.informer.watch;

import org.jspecify.annotations.Nullable;

/** A watch will deliver nothing more, or could not begin. */
public abstract sealed class WatchEndedException extends RuntimeException
    permits ExpiredException, SlowWatcherException, WatchClosedException, WatchFailedException {
  private static final long serialVersionUID = 1;

  WatchEndedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
