package dev.tidings.dedup;

/** The de-duplication could not be started. The message is one line that says what to do. */
public final class DedupStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DedupStartException(String message, Throwable cause) {
    super(message, cause);
  }

  DedupStartException(String message) {
    super(message);
  }
}
