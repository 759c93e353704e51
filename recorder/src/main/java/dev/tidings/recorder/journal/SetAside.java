package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what can never be sent, for people to look at: damaged bytes of journals, and records that
 * Kafka will not take. Bounded: what is over {@value #MAX_BYTES} bytes in all is not kept.
 * Thread-safe.
 */
public final class SetAside {
  static final String DIRECTORY = "aside";
  static final long MAX_BYTES = 64L << 20;
  private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);

  private final @Nullable Path directory;

  private SetAside(@Nullable Path directory) {
    this.directory = directory;
  }

  /**
   * In the folder {@code aside} of a directory that recorders share.
   *
   * @param shared null keeps nothing
   */
  public static SetAside in(@Nullable Path shared) {
    return new SetAside(shared == null ? null : shared.resolve(DIRECTORY));
  }

  /** Bytes that are no record. */
  void damaged(UUID journal, long position, ByteBuffer bytes) {
    keep("damaged-%s-%016x.bin".formatted(journal, position), bytes);
  }

  /**
   * A record that will never be taken.
   *
   * @param text what it was, and why it was not taken
   */
  public void refused(UUID journal, long position, String text) {
    keep(
        "refused-%s-%016x.json".formatted(journal, position),
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private synchronized void keep(String name, ByteBuffer content) {
    if (directory == null) {
      return;
    }
    try {
      OwnerOnly.createDirectories(directory);
      if (sizeOf(directory) + content.remaining() > MAX_BYTES) {
        LOG.warn("{} is full: {} is not kept", directory, name);
        return;
      }
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        return;
      }
      try (FileChannel channel = OwnerOnly.createNew(file)) {
        while (content.hasRemaining()) {
          channel.write(content);
        }
      }
    } catch (IOException e) {
      LOG.warn("Cannot keep {} in {}: {}", name, directory, e.toString());
    }
  }

  private static long sizeOf(Path directory) throws IOException {
    long size = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        size += Files.size(file);
      }
    }
    return size;
  }
}
