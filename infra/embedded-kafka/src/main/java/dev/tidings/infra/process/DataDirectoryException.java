package dev.tidings.infra.process;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A data directory cannot be used: it is read-only, no directory, or in use. */
public class DataDirectoryException extends StartException {

  private final Path directory;

  DataDirectoryException(Path directory, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.directory = directory;
  }

  /** The directory that cannot be used. */
  public Path directory() {
    return directory;
  }
}
