package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One journal's own directory, below the one that recorders share:
 *
 * <pre>
 *  shared/
 *    018f…/                        a journal: its name is its id
 *      lock                        locked as long as a process uses the journal
 *      state                       {@link JournalState}
 *      0000000000000000.segment    {@link Segment}, named by its base
 *    aside/                        {@link SetAside}
 * </pre>
 *
 * A journal whose lock is free belongs to a dead process. It appears under its name when it is
 * locked already, so that nobody takes a new one for abandoned.
 */
final class JournalDirectory implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String UNFINISHED = ".new-";

  private final Path path;
  private final FileChannel lockFile;
  private final JournalState state;

  private JournalDirectory(Path path, FileChannel lockFile, JournalState state) {
    this.path = path;
    this.lockFile = lockFile;
    this.state = state;
  }

  static JournalDirectory create(Path shared, UUID journal, String destination, int format)
      throws IOException {
    OwnerOnly.createDirectories(shared);
    Path unfinished = shared.resolve(UNFINISHED + journal);
    OwnerOnly.createDirectories(unfinished);
    @Nullable FileChannel lock = null;
    try {
      lock = tryLock(unfinished);
      if (lock == null) {
        throw new JournalException("Another process uses " + unfinished);
      }
      JournalState state = JournalState.create(unfinished, journal, destination, format);
      Path path = shared.resolve(journal.toString());
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return new JournalDirectory(path, lock, state);
    } catch (IOException | RuntimeException e) {
      if (lock != null) {
        lock.close();
      }
      delete(unfinished);
      throw e;
    }
  }

  /**
   * Journals that dead processes left, oldest first, each locked for the caller.
   *
   * @param unreadable told of those that cannot be used
   */
  static List<JournalDirectory> abandoned(
      Path shared, String destination, Consumer<IOException> unreadable) throws IOException {
    List<JournalDirectory> found = new ArrayList<>();
    for (Path path : journals(shared)) {
      try {
        takeOver(path, destination).ifPresent(found::add);
      } catch (NoSuchFileException e) {
        // Somebody else has just finished with it.
        continue;
      } catch (IOException e) {
        unreadable.accept(e);
      }
    }
    return found;
  }

  private static List<Path> journals(Path shared) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(shared, Files::isDirectory)) {
      for (Path entry : entries) {
        if (isUuid(entry.getFileName().toString())) {
          paths.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    // Ids are UUIDv7: their order is that of their making.
    paths.sort(Comparator.comparing(path -> path.getFileName().toString()));
    return paths;
  }

  private static boolean isUuid(String name) {
    try {
      return UUID.fromString(name).toString().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<JournalDirectory> takeOver(Path path, String destination)
      throws IOException {
    FileChannel lock = tryLock(path);
    if (lock == null) {
      return Optional.empty();
    }
    try {
      if (!Files.exists(path.resolve(JournalState.FILE))) {
        // Its owner died while it removed it.
        delete(path);
        lock.close();
        return Optional.empty();
      }
      JournalState state = JournalState.open(path);
      if (!state.destination().equals(destination)) {
        lock.close();
        return Optional.empty();
      }
      return Optional.of(new JournalDirectory(path, lock, state));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Open and locked; null if another holds the lock. */
  private static @Nullable FileChannel tryLock(Path directory) throws IOException {
    FileChannel channel = OwnerOnly.open(directory.resolve(LOCK));
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: as good as by another.
      channel.close();
      return null;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  Path path() {
    return path;
  }

  JournalState state() {
    return state;
  }

  /** Files of segments, by rising base. */
  List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(FileSegments.SUFFIX))
          .sorted()
          .toList();
    }
  }

  /** Removes the journal and gives up its lock. */
  void delete() throws IOException {
    delete(path);
    lockFile.close();
  }

  /** Leaves the journal to the next one who opens it. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  /** The lock goes last, so that nobody takes over what is half removed; then the directory. */
  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!file.getFileName().toString().equals(LOCK)) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.deleteIfExists(directory.resolve(LOCK));
    Files.deleteIfExists(directory);
  }
}
