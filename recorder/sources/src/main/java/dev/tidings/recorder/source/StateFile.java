package dev.tidings.recorder.source;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A resume point on disk, for one process at a time. A file is replaced as a whole or not at all,
 * and only its owner can read it. One thread at a time.
 */
final class StateFile implements Closeable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VERSION = 1;
  private static final FileAttribute<?>[] OWNER_ONLY =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];

  private final Path file;
  private final FileChannel lockChannel;

  private record Content(int version, ResumePoint.State resume) {}

  private StateFile(Path file, FileChannel lockChannel) {
    this.file = file;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens the state with this name in a directory, which is made if need be.
   *
   * @throws IOException if the directory cannot be used, or another process uses this state
   */
  static StateFile open(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    Path lock = directory.resolve(name + ".lock");
    FileChannel channel =
        FileChannel.open(
            lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
    try {
      if (isFree(channel)) {
        return new StateFile(directory.resolve(name + ".json"), channel);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(
        "%s is in use: another source watches the same and remembers it in the same directory"
            .formatted(lock));
  }

  /**
   * What was kept.
   *
   * @return empty if nothing was
   * @throws IOException if it cannot be read
   */
  Optional<ResumePoint.State> read() throws IOException {
    Content content;
    try {
      content = JSON.readValue(Files.readAllBytes(file), Content.class);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (content == null || content.version() != VERSION || content.resume() == null) {
      throw new IOException("%s is no state of version %d".formatted(file, VERSION));
    }
    return Optional.of(content.resume());
  }

  /** Keeps this instead of what was kept before. */
  void write(ResumePoint.State state) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(new Content(VERSION, state));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    // Closing gives the lock back.
    lockChannel.close();
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
