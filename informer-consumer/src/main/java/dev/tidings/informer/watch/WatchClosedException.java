package dev.tidings.informer.watch;

/** The watch, or the informer that serves it, was closed. */
public final class WatchClosedException extends WatchEndedException {
  private static final long serialVersionUID = 1;

  WatchClosedException(String what) {
    super(what + " was closed", null);
  }
}
