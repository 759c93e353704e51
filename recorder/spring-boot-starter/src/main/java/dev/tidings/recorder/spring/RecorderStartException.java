package dev.tidings.recorder.spring;

/** The recorder could not be made from what the application says. */
final class RecorderStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecorderStartException(RuntimeException cause) {
    super("The event recorder cannot start: " + cause.getMessage(), cause);
  }
}
