package dev.tidings.cli.events;

import dev.tidings.informer.checkpoint.CheckpointFile;
import dev.tidings.informer.rv.ResourceVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint of a topic that calls leave to the next ones, in the user's cache directory:
 * {@code tidings/CLUSTER/TOPIC.checkpoint}. It can be deleted at any time. A file that is damaged,
 * too old or of something else is as none.
 */
final class CheckpointStore {
  // Part of the file: to be changed when what is in it means something else.
  private static final String CONTENTS = "tidings-cli events 1";
  // Reading takes time, during which deletions grow older.
  private static final double AGE_TRUSTED = 0.9;

  private final CheckpointFile file;
  private final TopicFacts topic;

  CheckpointStore(Path cacheDirectory, TopicFacts topic) {
    this.topic = topic;
    file =
        new CheckpointFile(
            cacheDirectory.resolve(topic.cluster()).resolve(topic.topic() + ".checkpoint"),
            topic.topic(),
            CONTENTS);
  }

  /** {@code $XDG_CACHE_HOME/tidings}, or ~/.cache/tidings. */
  static Path cacheDirectory(Map<String, String> environment) {
    String given = environment.get("XDG_CACHE_HOME");
    Path caches =
        given == null || given.isBlank() || !Path.of(given).isAbsolute()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return caches.resolve("tidings");
  }

  /**
   * Opens the checkpoint.
   *
   * @return null if there is none that can be used
   */
  CheckpointFile.@Nullable Reader open(
      ResourceVersion beginning, ResourceVersion end, Instant now) {
    try {
      if (!Files.exists(file.file()) || isTooOld(now)) {
        return null;
      }
      CheckpointFile.Reader reader = file.open();
      if (reader == null) {
        return null;
      }
      ResourceVersion at = reader.resourceVersion();
      // Another topic of this name, records that are gone, or a topic that has lost some.
      if (at.isAtLeast(beginning) && end.isAtLeast(at)) {
        return reader;
      }
      reader.close();
      return null;
    } catch (IOException e) {
      // Only time is lost: all is in Kafka.
      return null;
    }
  }

  /**
   * Opens the checkpoint that was used, or a newer one that somebody put in its place.
   *
   * @throws IOException if there is none
   */
  CheckpointFile.Reader reopen(ResourceVersion used) throws IOException {
    CheckpointFile.Reader reader = file.open();
    if (reader == null) {
      throw new IOException(file.file() + " is gone");
    }
    if (!reader.resourceVersion().isAtLeast(used)) {
      reader.close();
      throw new IOException(file.file() + " is another one");
    }
    return reader;
  }

  /** Deletions since then may be forgotten. */
  private boolean isTooOld(Instant now) throws IOException {
    Duration age = Duration.between(Files.getLastModifiedTime(file.file()).toInstant(), now);
    return age.toMillis() > topic.tombstonesKept().toMillis() * AGE_TRUSTED;
  }

  /**
   * Writes a new one, unless somebody else is just doing it.
   *
   * @throws IOException if it cannot be written; the one from before stays
   */
  void write(ResourceVersion at, CheckpointFile.ObjectSource objects) throws IOException {
    Path directory = file.file().toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(file.file() + " is no file");
    }
    createForOwnerOnly(directory);
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve(topic.topic() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        file.write(at, objects);
      }
    }
  }

  // Events are not for everybody on this machine.
  private static void createForOwnerOnly(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file.file());
  }
}
