package dev.tidings.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line for the person who called it, and an exit code. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   * @param message one line that says what to do
   */
  public CommandException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** As the other, with what is behind it for {@code --verbose}. */
  public CommandException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
