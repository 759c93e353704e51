package dev.tidings.recorder.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a directory tree looked when last looked at. Changes are found by looking again: whatever
 * happened in between, in whatever order it was told, only the difference counts. One thread.
 */
final class FileTree {
  private final Path root;
  private final Predicate<String> ignored;
  private final int maxFiles;

  /** Directories and files, by path from the root, so that what is below a directory is a range. */
  private final NavigableMap<String, FileStamp> stamps = new TreeMap<>();

  /**
   * @param ignored which files and directories are none of our business, by name
   * @param maxFiles how many there may be
   */
  FileTree(Path root, Predicate<String> ignored, int maxFiles) {
    this.root = root;
    this.ignored = ignored;
    this.maxFiles = maxFiles;
  }

  /** Takes the tree as it is now, without changes. */
  void learn() throws IOException {
    stamps.clear();
    SortedMap<String, FileStamp> now = scan(root);
    requireRoom(now.size());
    stamps.putAll(now);
  }

  /** The path from the root, with '/'; empty for the root itself. */
  String pathOf(Path file) {
    return root.relativize(file).toString().replace(File.separatorChar, '/');
  }

  /**
   * Looks at everything.
   *
   * @param modified as of {@link #look}
   */
  List<FileChange> lookAtAll(Map<String, Boolean> modified) throws IOException {
    SortedMap<String, FileStamp> now = scan(root);
    Map<String, FileStamp> before = new TreeMap<>(stamps);
    return differences(before, now, modified);
  }

  /**
   * Looks at these paths, and at what is below those that are, or were, directories.
   *
   * @param modified the paths, and of each whether its content was said to be modified
   */
  List<FileChange> look(Map<String, Boolean> modified) throws IOException {
    Map<String, FileStamp> before = new TreeMap<>();
    Map<String, FileStamp> now = new TreeMap<>();
    for (Map.Entry<String, Boolean> entry : modified.entrySet()) {
      String path = entry.getKey();
      if (isIgnored(path)) {
        continue;
      }
      FileStamp old = stamps.get(path);
      Path file = root.resolve(path);
      FileStamp current = FileStamp.read(file);
      if (old != null) {
        before.put(path, old);
      }
      if (current != null && current.directory()) {
        now.putAll(scan(file));
        before.putAll(below(path));
      } else if (current != null) {
        now.put(path, current);
      }
      if (old != null && old.directory()) {
        before.putAll(below(path));
      }
    }
    return differences(before, now, modified);
  }

  private List<FileChange> differences(
      Map<String, FileStamp> before, Map<String, FileStamp> now, Map<String, Boolean> modified)
      throws IOException {
    requireRoom(stamps.size() - before.size() + now.size());
    before.keySet().forEach(stamps::remove);
    stamps.putAll(now);

    List<FileChange> changes = new ArrayList<>();
    Set<String> renamed = new HashSet<>();
    Map<Object, String> vanished = vanishedFiles(before, now);
    now.forEach(
        (path, stamp) -> {
          FileStamp old = before.get(path);
          if (stamp.directory()) {
            return;
          }
          if (old == null || old.directory()) {
            String from = origin(stamp, before, vanished);
            FileEvent type = from == null ? FileEvent.Created : FileEvent.Renamed;
            changes.add(new FileChange(type, path, from, stamp.size()));
            if (from != null) {
              renamed.add(from);
              vanished.remove(stamp.key());
            }
          } else if (!stamp.isUntouched(old)
              || (old.fresh() && modified.getOrDefault(path, false))) {
            changes.add(new FileChange(FileEvent.Written, path, null, stamp.size()));
          }
        });
    before.forEach(
        (path, stamp) -> {
          if (!stamp.directory() && isGone(path, now) && !renamed.contains(path)) {
            changes.add(new FileChange(FileEvent.Deleted, path, null, stamp.size()));
          }
        });
    return changes;
  }

  /** Which of the vanished files a new one was; null if none. */
  private static @Nullable String origin(
      FileStamp stamp, Map<String, FileStamp> before, Map<Object, String> vanished) {
    String from = stamp.key() == null ? null : vanished.get(stamp.key());
    FileStamp old = from == null ? null : before.get(from);
    return old != null && stamp.isSameFile(old) ? from : null;
  }

  /** The paths of files that are no longer there, by key. */
  private static Map<Object, String> vanishedFiles(
      Map<String, FileStamp> before, Map<String, FileStamp> now) {
    Map<Object, String> vanished = new HashMap<>();
    before.forEach(
        (path, stamp) -> {
          if (stamp.key() != null && !stamp.directory() && isGone(path, now)) {
            vanished.put(stamp.key(), path);
          }
        });
    return vanished;
  }

  private static boolean isGone(String path, Map<String, FileStamp> now) {
    FileStamp current = now.get(path);
    return current == null || current.directory();
  }

  private SortedMap<String, FileStamp> below(String directory) {
    // '0' is the character after '/'.
    return directory.isEmpty() ? stamps : stamps.subMap(directory + "/", directory + "0");
  }

  private boolean isIgnored(String path) {
    for (Path name : Path.of(path)) {
      if (ignored.test(name.toString())) {
        return true;
      }
    }
    return false;
  }

  private void requireRoom(int files) throws IOException {
    if (files > maxFiles) {
      throw new IOException(
          "%s holds more than %,d files: watch a part of it, or allow more"
              .formatted(root, maxFiles));
    }
  }

  private SortedMap<String, FileStamp> scan(Path top) throws IOException {
    Scan scan = new Scan();
    Files.walkFileTree(top, scan);
    return scan.found;
  }

  /** What is there, without what vanishes under our eyes. */
  private final class Scan extends SimpleFileVisitor<Path> {
    private final SortedMap<String, FileStamp> found = new TreeMap<>();

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      return add(directory, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      return add(file, attributes);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException reason) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException reason) {
      return FileVisitResult.CONTINUE;
    }

    private FileVisitResult add(Path file, BasicFileAttributes attributes) throws IOException {
      String path = pathOf(file);
      if (path.isEmpty()) {
        return FileVisitResult.CONTINUE;
      }
      if (isIgnored(path)) {
        return attributes.isDirectory() ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }
      requireRoom(found.size() + 1);
      found.put(path, FileStamp.of(attributes));
      return FileVisitResult.CONTINUE;
    }
  }
}
