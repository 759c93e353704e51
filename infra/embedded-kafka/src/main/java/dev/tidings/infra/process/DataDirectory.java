package dev.tidings.infra.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory that one server at a time keeps its data in. Opening it creates it, checks that it
 * can be written and locks it; the operating system drops the lock when the process dies in any
 * way.
 *
 * <p>Not safe for use by several threads.
 */
public final class DataDirectory implements AutoCloseable {

  private static final String LOCK_FILE = "in-use";

  private final Path path;
  private final FileChannel lock;
  private final boolean temporary;

  private DataDirectory(Path path, FileChannel lock, boolean temporary) {
    this.path = path;
    this.lock = lock;
    this.temporary = temporary;
  }

  /**
   * Opens a directory, creating it and its parents as needed.
   *
   * @param directory where the data is or will be
   * @return the locked directory
   * @throws DataDirectoryLockedException when another server uses it
   * @throws DataDirectoryException when it cannot be created or written
   */
  public static DataDirectory open(Path directory) {
    return open(directory.toAbsolutePath().normalize(), false);
  }

  /**
   * Opens a new directory among the system's temporary files; closing it deletes it.
   *
   * @param prefix how its name starts
   * @return the locked directory
   * @throws DataDirectoryException when it cannot be created
   */
  public static DataDirectory temporary(String prefix) {
    try {
      return open(Files.createTempDirectory(prefix), true);
    } catch (IOException e) {
      Path parent = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
      throw unusable(parent, e);
    }
  }

  /**
   * Opens {@code directory}, or a temporary one when it is null.
   *
   * @param directory where the data is, or null
   * @param prefix how the name of a temporary directory starts
   * @return the locked directory
   * @throws DataDirectoryException when it cannot be used
   */
  public static DataDirectory openOrTemporary(@Nullable Path directory, String prefix) {
    return directory == null ? temporary(prefix) : open(directory);
  }

  private static DataDirectory open(Path path, boolean temporary) {
    FileChannel channel;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              path.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(path, e);
    }
    try {
      if (!tryLock(channel)) {
        String holder = holder(channel);
        channel.close();
        throw new DataDirectoryLockedException(path, holder);
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DataDirectory(path, channel, temporary);
    } catch (IOException e) {
      DataDirectoryException unusable = unusable(path, e);
      try {
        channel.close();
      } catch (IOException closing) {
        unusable.addSuppressed(closing);
      }
      throw unusable;
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
      return false;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
    return text.isEmpty() ? "" : " by process " + text;
  }

  private static DataDirectoryException unusable(Path path, IOException e) {
    String what;
    if (e instanceof FileAlreadyExistsException) {
      what = "is not a directory";
    } else if (e instanceof AccessDeniedException) {
      what = "cannot be written (permission denied)";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      what = "cannot be written (" + f.getReason() + ")";
    } else {
      what = "cannot be written (" + StartException.reason(e) + ")";
    }
    return new DataDirectoryException(
        path, "Data directory %s %s: choose another directory.".formatted(path, what), e);
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /**
   * A directory below this one, created if it is not there.
   *
   * @param name its name
   * @return its path
   * @throws DataDirectoryException when it cannot be created or written
   */
  public Path subdirectory(String name) {
    Path child = path.resolve(name);
    try {
      Files.createDirectories(child);
    } catch (IOException e) {
      throw unusable(child, e);
    }
    if (!Files.isWritable(child)) {
      throw unusable(child, new AccessDeniedException(child.toString()));
    }
    return child;
  }

  /**
   * As {@link #subdirectory}, without anything in it.
   *
   * @param name its name
   * @return its path
   * @throws DataDirectoryException when it cannot be emptied, created or written
   */
  public Path emptySubdirectory(String name) {
    try {
      deleteTree(path.resolve(name));
    } catch (IOException e) {
      throw unusable(path.resolve(name), e);
    }
    return subdirectory(name);
  }

  /**
   * Unlocks the directory, and deletes it if it is a temporary one. Closing again does nothing.
   *
   * @throws UncheckedIOException when a temporary directory cannot be deleted
   */
  @Override
  public void close() {
    if (!lock.isOpen()) {
      return;
    }
    try (lock) {
      if (temporary) {
        deleteTree(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give up data directory " + path, e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // A server's own threads may still tidy up while the tree is walked.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
