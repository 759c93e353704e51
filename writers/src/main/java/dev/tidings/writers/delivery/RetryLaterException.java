package dev.tidings.writers.delivery;

import java.io.IOException;
import java.time.Duration;

/** The receiver cannot now, and said for how long. */
public final class RetryLaterException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration pause;

  /**
   * @param message one line
   * @param pause how long to leave the receiver alone
   */
  public RetryLaterException(String message, Duration pause) {
    super(message);
    this.pause = pause;
  }

  /** How long to leave the receiver alone. */
  public Duration pause() {
    return pause;
  }
}
