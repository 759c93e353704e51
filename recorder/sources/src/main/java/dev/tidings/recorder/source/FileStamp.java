package dev.tidings.recorder.source;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What a file is told apart by, without reading it.
 *
 * @param key the file system's own name for it, kept when it is renamed; null where there is none
 * @param fresh whether it was modified so shortly before it was looked at that another modification
 *     may show no other time
 */
record FileStamp(
    @Nullable Object key, boolean directory, long size, FileTime modified, boolean fresh) {
  /** The coarsest clock that Linux stamps files with ticks every 10 ms. */
  private static final long TICK_MILLIS = 20;

  /** How a file looks now; null if there is none. Links are not followed. */
  static @Nullable FileStamp read(Path file) throws IOException {
    try {
      return of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (FileSystemException e) {
      // Not there, or below what is no directory any more, or not for our eyes.
      return null;
    }
  }

  static FileStamp of(BasicFileAttributes attributes) {
    FileTime modified = attributes.lastModifiedTime();
    return new FileStamp(
        attributes.fileKey(),
        attributes.isDirectory(),
        attributes.size(),
        modified,
        System.currentTimeMillis() - modified.toMillis() <= TICK_MILLIS);
  }

  /** Whether it is the very same file with the same content, perhaps under another name. */
  boolean isSameFile(FileStamp other) {
    return key != null && key.equals(other.key) && isSameContent(other);
  }

  /** Whether nothing says that it was written or replaced. */
  boolean isUntouched(FileStamp other) {
    boolean sameKey = key == null ? other.key == null : key.equals(other.key);
    return sameKey && isSameContent(other);
  }

  private boolean isSameContent(FileStamp other) {
    return directory == other.directory && size == other.size && modified.equals(other.modified);
  }
}
