package dev.tidings.wire;

import org.apache.kafka.common.errors.SerializationException;

/** The bytes of a record are not what they should be. Never passes by itself. */
public final class MalformedValueException extends SerializationException {
  private static final long serialVersionUID = 1L;

  public MalformedValueException(String message) {
    super(message);
  }

  public MalformedValueException(String message, Throwable cause) {
    super(message, cause);
  }
}
