package dev.tidings.connect;

/** The worker did not take a connector's settings; the message says which, and why. */
final class ConnectorRefusedException extends RuntimeException {
  ConnectorRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  ConnectorRefusedException(String message) {
    super(message);
  }
}
