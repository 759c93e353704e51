package dev.tidings.infra.process;

import java.nio.file.Path;

/** Another process, or another server in this one, uses the data directory. */
public final class DataDirectoryLockedException extends DataDirectoryException {

  DataDirectoryLockedException(Path directory, String holder) {
    super(
        directory,
        "Data directory %s is in use%s: stop that one first, or choose another directory."
            .formatted(directory, holder),
        null);
  }
}
