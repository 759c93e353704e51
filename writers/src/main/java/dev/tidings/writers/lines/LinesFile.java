package dev.tidings.writers.lines;

import dev.tidings.writers.encoded.TextBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file of whole lines: what was written of a line that could not be finished is taken back, and
 * one that a crash has torn is ended before the next one begins.
 */
final class LinesFile implements Lines {
  /** The disk works while the next lines are made, and a confirmation has little to wait for. */
  private static final long MOST_UNFORCED_BYTES = 8 * 1024 * 1024;

  private final FileChannel channel;

  /** How long the file is with whole lines only. */
  private long length;

  private long forcedLength;

  private LinesFile(FileChannel channel, long length) {
    this.channel = channel;
    this.length = length;
    this.forcedLength = length;
  }

  static LinesFile append(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            ownerOnly());
    LinesFile file = new LinesFile(channel, channel.size());
    if (file.length > 0 && !file.endsWithNewLine()) {
      TextBuffer newLine = new TextBuffer();
      newLine.ascii('\n');
      file.write(newLine);
    }
    return file;
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private boolean endsWithNewLine() throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, length - 1);
    return last.get(0) == '\n';
  }

  @Override
  public void write(TextBuffer lines) throws IOException {
    ByteBuffer bytes = lines.toByteBuffer();
    long end = length + bytes.remaining();
    try {
      for (long at = length; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      channel.truncate(length);
      throw e;
    }
    length = end;
    if (length - forcedLength >= MOST_UNFORCED_BYTES) {
      force();
    }
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
    forcedLength = length;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the file", e);
    }
  }
}
