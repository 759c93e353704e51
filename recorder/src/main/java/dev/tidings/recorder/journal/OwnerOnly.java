package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that nobody but their owner can read, where the system knows owners. */
final class OwnerOnly {
  private static final FileAttribute<?>[] NONE = {};

  private OwnerOnly() {}

  /** A new file, mode 0600, open to read and write. */
  static FileChannel createNew(Path file) throws IOException {
    return open(file, StandardOpenOption.CREATE_NEW);
  }

  /** A file, made with mode 0600 if it is not there, open to read and write. */
  static FileChannel open(Path file) throws IOException {
    return open(file, StandardOpenOption.CREATE);
  }

  private static FileChannel open(Path file, OpenOption how) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, how),
        mode(file, "rw-------"));
  }

  /** The directory, made with mode 0700 if it is not there, with those above it. */
  static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, mode(directory, "rwx------"));
  }

  private static FileAttribute<?>[] mode(Path path, String mode) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return NONE;
    }
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }
}
