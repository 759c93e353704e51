package dev.tidings.cli.connection;

import java.nio.file.Path;

/**
 * The folder in which the command keeps what it must remember: {@code $TIDINGS_HOME}, or
 * ~/.tidings.
 */
public final class TidingsHome {
  private TidingsHome() {}

  /** The folder; it need not exist. */
  public static Path path() {
    String given = System.getenv("TIDINGS_HOME");
    return given == null || given.isBlank()
        ? Path.of(System.getProperty("user.home"), ".tidings")
        : Path.of(given).toAbsolutePath();
  }
}
