package dev.tidings.recorder;

/** What was described may not be recorded; the message says why, for people. */
final class InvalidEventException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidEventException(String reason) {
    // Told as a result, not as a place in the code.
    super(reason, null, false, false);
  }
}
