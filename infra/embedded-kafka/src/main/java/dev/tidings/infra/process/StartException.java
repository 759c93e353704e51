package dev.tidings.infra.process;

import org.jspecify.annotations.Nullable;

/**
 * Something could not be started. The message is one line that says what is wrong and what to do;
 * it can be shown to a person as it is.
 */
public class StartException extends RuntimeException {

  /**
   * @param message one line for a person
   */
  public StartException(String message) {
    super(message);
  }

  /**
   * @param message one line for a person
   * @param cause what lies behind it, for the log
   */
  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The innermost message of a failure, on one line.
   *
   * @param failure any failure
   * @return its root cause's message, or the name of its class when it has none
   */
  public static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
