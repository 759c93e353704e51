package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  private static final List<String> DIRECTORIES = List.of("a", "a/b", "a/b/c", "a-b", "d");

  @TempDir Path root;
  private final Map<String, Boolean> touched = new HashMap<>();

  /** Whoever follows the changes always knows which files there are, and which were written. */
  @Test
  void theChangesLeadFromOneStateToTheNext() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    FileTree tree = new FileTree(root, name -> name.endsWith("~"), 10_000);
    tree.learn();
    Set<String> known = new HashSet<>();
    for (int round = 0; round < 150; round++) {
      touched.clear();
      Set<String> before = files();
      Set<String> written = new HashSet<>();
      int operations = 1 + random.nextInt(6);
      for (int i = 0; i < operations; i++) {
        operate(random, written, round * 10 + i);
      }
      Map<String, Boolean> hints = Map.copyOf(touched);
      List<FileChange> changes = random.nextInt(10) == 0 ? tree.lookAtAll(hints) : tree.look(hints);
      Set<String> told = new HashSet<>();
      for (FileChange change : changes) {
        assertThat(told.add(change.path())).as("seed %d: told once: %s", seed, change).isTrue();
        follow(known, change, seed);
      }
      Set<String> now = files();
      assertThat(known).as("seed %d, round %d", seed, round).isEqualTo(now);
      written.retainAll(before);
      written.retainAll(now);
      assertThat(told).as("seed %d: all that was written", seed).containsAll(written);
    }
  }

  @Test
  void whatIsBelowADirectoryIsNotWhatIsBesideIt() throws IOException {
    Files.createDirectories(root.resolve("a"));
    write("a/x");
    write("a-b");
    write("a0");
    FileTree tree = new FileTree(root, name -> false, 100);
    tree.learn();
    Files.delete(root.resolve("a/x"));
    Files.delete(root.resolve("a"));
    assertThat(tree.look(Map.of("a", false)))
        .containsExactly(new FileChange(FileEvent.Deleted, "a/x", null, 5));
  }

  @Test
  void theSecondNameOfAFileIsNoRenaming() throws IOException {
    write("one");
    Files.createLink(root.resolve("two"), root.resolve("one"));
    FileTree tree = new FileTree(root, name -> false, 100);
    tree.learn();
    Files.delete(root.resolve("one"));
    Files.move(root.resolve("two"), root.resolve("three"));
    assertThat(tree.look(Map.of("one", false, "two", false, "three", false)))
        .extracting(FileChange::type)
        .containsExactlyInAnyOrder(FileEvent.Renamed, FileEvent.Deleted);
  }

  private static void follow(Set<String> known, FileChange change, long seed) {
    switch (change.type()) {
      case Created -> assertThat(known.add(change.path())).as("seed %d: %s", seed, change).isTrue();
      case Deleted ->
          assertThat(known.remove(change.path())).as("seed %d: %s", seed, change).isTrue();
      case Renamed -> {
        assertThat(known.remove(change.from())).as("seed %d: %s", seed, change).isTrue();
        assertThat(known.add(change.path())).as("seed %d: %s", seed, change).isTrue();
      }
      case Written -> assertThat(known).as("seed %d", seed).contains(change.path());
      case ForcedReload -> throw new AssertionError("A tree never says so");
    }
  }

  private void operate(Random random, Set<String> written, int number) throws IOException {
    List<String> files = new ArrayList<>(new TreeSet<>(files()));
    String some = files.isEmpty() ? "none" : files.get(random.nextInt(files.size()));
    String directory = DIRECTORIES.get(random.nextInt(DIRECTORIES.size()));
    String other = directory + "/f" + random.nextInt(8);
    switch (random.nextInt(7)) {
      case 0 -> {
        Files.createDirectories(root.resolve(directory));
        DIRECTORIES.forEach(this::touch);
      }
      case 1, 2 -> {
        if (Files.isDirectory(root.resolve(directory))) {
          Files.writeString(root.resolve(other), "x".repeat(1 + number));
          touched.put(other, true);
          written.add(other);
        }
      }
      case 3 -> {
        Files.deleteIfExists(root.resolve(some));
        touch(some);
      }
      case 4 -> {
        if (Files.exists(root.resolve(some)) && Files.isDirectory(root.resolve(directory))) {
          Files.move(root.resolve(some), root.resolve(other), StandardCopyOption.REPLACE_EXISTING);
          touch(some);
          touch(other);
        }
      }
      case 5 -> {
        if (Files.isDirectory(root.resolve("a")) && !Files.exists(root.resolve("d"))) {
          Files.move(root.resolve("a"), root.resolve("d"));
          touch("a");
          touch("d");
          written.clear();
        }
      }
      default -> {
        if (Files.isDirectory(root.resolve(directory))) {
          Files.writeString(root.resolve(other + "~"), "ignored");
          touch(other + "~");
        }
      }
    }
  }

  private void touch(String path) {
    touched.putIfAbsent(path, false);
  }

  private Set<String> files() throws IOException {
    Set<String> files = new HashSet<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile)
          .map(path -> root.relativize(path).toString())
          .filter(path -> !path.endsWith("~"))
          .forEach(files::add);
    }
    return files;
  }

  private void write(String path) throws IOException {
    Files.writeString(root.resolve(path), "hello");
  }
}
