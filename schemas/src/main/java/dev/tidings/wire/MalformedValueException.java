package dev.tidings.wire;

import java.io.EOFException;
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

  /**
   * Bytes that Avro cannot read by their schema.
   *
   * @param cause what Avro, or Java beneath it, threw
   */
  public static MalformedValueException notAvro(Throwable cause) {
    return new MalformedValueException(
        "value is no valid Avro of its schema: " + reason(cause), cause);
  }

  // Avro leaves much of it to Java, whose words are for programmers.
  private static String reason(Throwable cause) {
    if (cause instanceof EOFException) {
      return "it ends too early";
    }
    if (cause instanceof IndexOutOfBoundsException
        || cause instanceof NegativeArraySizeException
        || cause instanceof ArithmeticException
        || cause instanceof ClassCastException
        || cause.getMessage() == null) {
      return "it holds a number that is none there";
    }
    return cause.getMessage();
  }
}
