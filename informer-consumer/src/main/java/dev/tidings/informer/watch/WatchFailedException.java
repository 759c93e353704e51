package dev.tidings.informer.watch;

/** Something broke that waiting does not mend; the cause says what. */
public final class WatchFailedException extends WatchEndedException {
  private static final long serialVersionUID = 1;

  public WatchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
