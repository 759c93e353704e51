package dev.tidings.event.json;

/** A text is no event JSON. The message is one line that says what is wrong, and where. */
public final class EventJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EventJsonException(String message) {
    super(message);
  }

  EventJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
