package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
  /**
   * The lock files that this process has open. Closing any channel of a file gives up all locks
   * that the process has on it (POSIX), so the lock of a journal of our own must not even be tried.
   * Copies of this class in several class loaders must not share a directory.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String LOCK = "lock";
  private static final String UNFINISHED = ".new-";

  private final Path path;
  private final Lock lock;
  private final JournalState state;

  private JournalDirectory(Path path, Lock lock, JournalState state) {
    this.path = path;
    this.lock = lock;
    this.state = state;
  }

  /**
   * A lock that is held.
   *
   * @param key in {@link #HELD}
   */
  private record Lock(Path key, FileChannel channel) {
    void release() throws IOException {
      try {
        channel.close();
      } finally {
        HELD.remove(key);
      }
    }
  }

  static JournalDirectory create(Path shared, UUID journal, String destination, int format)
      throws IOException {
    OwnerOnly.createDirectories(shared);
    Path unfinished = shared.resolve(UNFINISHED + journal);
    OwnerOnly.createDirectories(unfinished);
    Path path = shared.resolve(journal.toString());
    @Nullable Lock lock = null;
    try {
      lock = tryLock(unfinished, path);
      if (lock == null) {
        throw new JournalException("Another process uses " + unfinished);
      }
      JournalState state = JournalState.create(unfinished, journal, destination, format);
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return new JournalDirectory(path, lock, state);
    } catch (IOException | RuntimeException e) {
      if (lock != null) {
        lock.release();
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

  /** The directories of journals below a shared one, oldest first. */
  static List<Path> journals(Path shared) throws IOException {
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
    Lock lock = tryLock(path, path);
    if (lock == null) {
      return Optional.empty();
    }
    try {
      if (!Files.exists(path.resolve(JournalState.FILE))) {
        // Its owner died while it removed it.
        delete(path);
        lock.release();
        return Optional.empty();
      }
      JournalState state = JournalState.open(path);
      if (!state.destination().equals(destination)) {
        lock.release();
        return Optional.empty();
      }
      return Optional.of(new JournalDirectory(path, lock, state));
    } catch (IOException | RuntimeException e) {
      lock.release();
      throw e;
    }
  }

  /** Whether a process, perhaps this one, uses the journal. Holds its lock for a moment if not. */
  static boolean isInUse(Path path) throws IOException {
    Lock lock = tryLock(path, path);
    if (lock == null) {
      return true;
    }
    lock.release();
    return false;
  }

  /**
   * Locks a journal; null if another process, or this one, holds the lock.
   *
   * @param directory where the lock file is now
   * @param path where it will be
   */
  private static @Nullable Lock tryLock(Path directory, Path path) throws IOException {
    Path key = path.toAbsolutePath().normalize();
    if (!HELD.add(key)) {
      return null;
    }
    @Nullable FileChannel channel = null;
    boolean locked = false;
    try {
      channel = OwnerOnly.open(directory.resolve(LOCK));
      locked = channel.tryLock() != null;
      return locked ? new Lock(key, channel) : null;
    } catch (OverlappingFileLockException e) {
      // By another name of the same directory.
      return null;
    } finally {
      if (!locked) {
        HELD.remove(key);
        if (channel != null) {
          channel.close();
        }
      }
    }
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
    lock.release();
  }

  /** Leaves the journal to the next one who opens it. */
  @Override
  public void close() throws IOException {
    lock.release();
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
