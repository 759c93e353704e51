package dev.tidings.writers.lines;

import dev.tidings.writers.encoded.TextBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of whole lines, with one writer: what was written of a line that could not be finished is
 * taken back, and one that a crash has torn is ended before the next one begins. Lines go to the
 * end of what has the file's name now, which may be moved away, deleted or emptied meanwhile, as
 * the rotation of logs does.
 */
final class LinesFile implements Lines {
  /** The disk works while the next lines are made, and a confirmation has little to wait for. */
  private static final long UNFORCED_BYTES = 8 * 1024 * 1024;

  /** Copied on its way to the file: small enough for that to stay in the processor's cache. */
  private static final int PIECE_BYTES = 128 * 1024;

  private final Path path;
  private final DiskSync disk = new DiskSync();
  private Opened opened;
  private long unforcedBytes;

  /**
   * What is written to.
   *
   * @param key tells it from another file of this name; null where the system has no such thing
   */
  private record Opened(FileChannel channel, @Nullable Object key) {}

  private LinesFile(Path path) throws IOException {
    this.path = path;
    this.opened = open(path);
  }

  /**
   * Opens a file, or makes it.
   *
   * @throws IOException also if another writer has it
   */
  static LinesFile append(Path path) throws IOException {
    return new LinesFile(path);
  }

  private static Opened open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), ownerOnly());
    try {
      boolean isTorn = channel.size() > 0 && !endsWithNewLine(path);
      lock(channel, path);
      if (isTorn) {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
      return new Opened(channel, key(path));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Until the channel is closed. To be called last: closing another one may end it on Unix. */
  private static void lock(FileChannel channel, Path path) throws IOException {
    boolean isOurs;
    try {
      isOurs = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      isOurs = false;
    }
    if (!isOurs) {
      throw new IOException("another writer has " + path + ": each needs a file of its own");
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean endsWithNewLine(Path path) throws IOException {
    try (FileChannel reading = FileChannel.open(path)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      reading.read(last, reading.size() - 1);
      return last.get(0) == '\n';
    }
  }

  @Override
  public void write(TextBuffer lines) throws IOException {
    if (!isStillThere()) {
      openAnew();
    }
    FileChannel channel = opened.channel();
    ByteBuffer bytes = lines.toByteBuffer();
    long before = channel.size();
    try {
      for (int end = bytes.limit(); bytes.position() < end; ) {
        bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
        unforcedBytes += channel.write(bytes);
      }
    } catch (IOException e) {
      channel.truncate(before);
      throw e;
    }
    if (unforcedBytes >= UNFORCED_BYTES && disk.begin(() -> channel.force(false))) {
      unforcedBytes = 0;
    }
  }

  private boolean isStillThere() throws IOException {
    try {
      return Objects.equals(opened.key(), key(path));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What was written to the other one is there for good before it is let go. */
  private void openAnew() throws IOException {
    disk.await();
    Opened next = open(path);
    try (FileChannel before = opened.channel()) {
      opened = next;
      before.force(false);
    }
    unforcedBytes = 0;
  }

  @Override
  public void force() throws IOException {
    disk.await();
    opened.channel().force(false);
    unforcedBytes = 0;
  }

  @Override
  public void close() {
    disk.close();
    try {
      opened.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the file", e);
    }
  }
}
