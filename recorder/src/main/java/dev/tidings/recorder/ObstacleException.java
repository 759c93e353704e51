package dev.tidings.recorder;

/** Something is in the way of sending that may pass; the message says what, for people. */
final class ObstacleException extends Exception {
  private static final long serialVersionUID = 1L;

  ObstacleException(String message) {
    super(message);
  }

  static String describe(Throwable error) {
    String message = error.getMessage();
    return message == null || message.isBlank() ? error.getClass().getSimpleName() : message;
  }
}
