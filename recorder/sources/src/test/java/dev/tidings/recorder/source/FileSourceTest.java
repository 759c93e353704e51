package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.recorder.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In real directories. */
@Timeout(60)
class FileSourceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String END = "~~~end";

  @TempDir Path directory;
  private final CapturedEvents captured = new CapturedEvents();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final List<FileSource> sources = new ArrayList<>();

  @AfterEach
  void stop() {
    sources.forEach(source -> source.close(LIMIT));
  }

  @Test
  void writtenCreatedDeletedAndRenamedAreTold() throws IOException {
    Files.writeString(directory.resolve("old"), "1");
    Files.writeString(directory.resolve("gone"), "1");
    Files.writeString(directory.resolve("named"), "12345");
    start(UnaryOperator.identity());
    Files.writeString(directory.resolve("old"), "22");
    Files.writeString(directory.resolve("new"), "1");
    Files.delete(directory.resolve("gone"));
    Files.move(directory.resolve("named"), directory.resolve("renamed"));

    List<Observation> all =
        assertSeen("Written old", "Created new", "Deleted gone", "Renamed renamed");
    Observation renamed =
        all.stream().filter(seen -> seen.type().equals("files.Renamed")).findFirst().orElseThrow();
    assertThat(renamed.attributes())
        .containsEntry("file.renamedFrom", directory.toRealPath().resolve("named").toString())
        .containsEntry("file.size", "5");
    assertThat(renamed.object().getName())
        .isEqualTo(directory.toRealPath().resolve("renamed").toString());
  }

  @Test
  void whateverAnEditorDoesIsOneWrite() throws IOException {
    for (String name : List.of("vim", "ide", "atomic", "delete", "over")) {
      Files.writeString(directory.resolve(name), "before");
    }
    start(UnaryOperator.identity());
    vim("vim");
    jetBrains("ide");
    Path temporary = Files.writeString(directory.resolve("tmp123"), "after!!");
    Files.move(temporary, directory.resolve("atomic"), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(directory.resolve("delete"));
    Files.writeString(directory.resolve("delete"), "after!!");
    for (int i = 0; i < 20; i++) {
      Files.writeString(directory.resolve("over"), "after " + i);
    }
    assertSeen("Written vim", "Written ide", "Written atomic", "Written delete", "Written over");
  }

  @Test
  void whatComesAndGoesAtOnceIsNothing() throws IOException {
    start(UnaryOperator.identity());
    Files.writeString(directory.resolve("short"), "x");
    Files.delete(directory.resolve("short"));
    Files.writeString(directory.resolve("a.tmp"), "x");
    Files.writeString(directory.resolve(".x.swp"), "x");
    assertSeen();
  }

  @Test
  void newDirectoriesAreWatchedHoweverDeep() throws IOException {
    start(UnaryOperator.identity());
    Path deep = directory.resolve("a/b/c/d/e/f/g");
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("first"), "x");
    assertSeen("Created first");
    Files.writeString(deep.resolve("first"), "xy");
    Files.writeString(deep.getParent().resolve("second"), "x");
    assertSeen("Written first", "Created second");
  }

  @Test
  void aDirectoryThatIsRenamedIsWatchedOn() throws IOException {
    Files.createDirectories(directory.resolve("a/sub"));
    Files.writeString(directory.resolve("a/one"), "1");
    Files.writeString(directory.resolve("a/sub/two"), "2");
    Files.writeString(directory.resolve("a-b"), "3");
    start(UnaryOperator.identity());
    Files.move(directory.resolve("a"), directory.resolve("z"));
    assertSeen("Renamed one", "Renamed two");
    Files.writeString(directory.resolve("z/sub/two"), "22");
    Files.writeString(directory.resolve("z/three"), "3");
    assertSeen("Written two", "Created three");
    Files.delete(directory.resolve("z/sub/two"));
    Files.delete(directory.resolve("z/sub"));
    assertSeen("Deleted two");
  }

  @Test
  void thousandsOfFilesAreEachToldOnce() throws IOException {
    FileSource source = start(UnaryOperator.identity());
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Path into = Files.createDirectories(directory.resolve("d" + i % 50));
      Files.writeString(into.resolve("f" + i), "x");
      expected.add("Created f" + i);
    }
    await().atMost(LIMIT).until(() -> seen().containsAll(expected));
    assertThat(source.close(LIMIT)).isTrue();
    // A file that was found while it was being written may be told as written, too.
    assertThat(seen().stream().filter(one -> one.startsWith("Created")))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void whenCountIsLostEverythingIsLookedAt() throws IOException {
    FileSource source = start(builder -> builder.maxTouched(5));
    List<String> expected = new ArrayList<>(List.of("ForcedReload"));
    for (int i = 0; i < 100; i++) {
      Files.writeString(directory.resolve("f" + i), "x");
      expected.add("Created f" + i);
    }
    await().atMost(LIMIT).until(() -> seen().size() >= expected.size());
    assertThat(source.close(LIMIT)).isTrue();
    assertThat(seen().get(0)).startsWith("ForcedReload");
    assertThat(source.counts().forcedReloads()).isPositive();
    assertThat(seen().stream().filter(one -> one.startsWith("Created")))
        .hasSize(100)
        .doesNotHaveDuplicates();
    assertThat(Action.ofType("files.ForcedReload").isForceReload()).isTrue();
  }

  @Test
  void whatHappensJustBeforeTheEndIsTold() throws IOException {
    FileSource source = start(builder -> builder.coalesce(LIMIT, LIMIT));
    Files.writeString(directory.resolve("last"), "x");
    assertThat(source.close(LIMIT)).isTrue();
    assertThat(seen()).containsExactly("Created last");
    assertThat(source.counts().recorded()).isEqualTo(1);
    assertThat(source.close(LIMIT)).isTrue();
    assertThatThrownBy(source::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDirectoryThatGoesAwayAndComesBackIsWatchedAgain() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(root.resolve("f"), "1");
    FileSource source = source(root, UnaryOperator.identity());
    source.start();
    Files.delete(root.resolve("f"));
    Files.delete(root);
    await().atMost(LIMIT).until(() -> !errors.isEmpty());
    Files.createDirectory(root);
    await().atMost(LIMIT).until(() -> source.counts().connects() == 2);
    Files.writeString(root.resolve("g"), "1");
    await().atMost(LIMIT).until(() -> seen().contains("Created g"));
    assertThat(seen()).contains("Deleted f").anyMatch(one -> one.startsWith("ForcedReload"));
    assertThat(errors).hasSize(1);
  }

  @Test
  void whenKafkaIsAwayOnlyTheNewestStateWaits() throws IOException {
    AtomicInteger failures = new AtomicInteger(5);
    CapturedEvents failing =
        new CapturedEvents(
            seen ->
                CompletableFuture.completedFuture(
                    failures.getAndDecrement() > 0
                        ? new RecordResult.Failed("Kafka is away")
                        : CapturedEvents.DONE));
    FileSource source = settings(new FileSourceBuilder(failing, directory)).maxPending(1).build();
    sources.add(source);
    source.start();
    IntStream.range(0, 10).forEach(i -> write("f" + i));
    await().atMost(LIMIT).until(() -> source.counts().recorded() == 10);
    assertThat(source.counts().retried()).isEqualTo(5);
  }

  @Test
  void whatCannotBeWatchedIsSaidAtOnce() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    for (Path wrong : List.of(directory.resolve("nowhere"), file)) {
      FileSource source = source(wrong, UnaryOperator.identity());
      assertThatThrownBy(source::start)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(wrong + " cannot be watched: ");
    }
    FileSource full = source(directory, builder -> builder.maxFiles(1));
    write("another");
    assertThatThrownBy(full::start).hasMessageContaining("more than 1 files");
  }

  /** As vim with its default settings: swap file, probe, backup, write, remove. */
  private void vim(String name) throws IOException {
    Files.writeString(directory.resolve("." + name + ".swp"), "swap");
    Files.writeString(directory.resolve("4913"), "");
    Files.delete(directory.resolve("4913"));
    Files.move(directory.resolve(name), directory.resolve(name + "~"));
    Files.writeString(directory.resolve(name), "after");
    Files.delete(directory.resolve(name + "~"));
    Files.delete(directory.resolve("." + name + ".swp"));
  }

  /** As JetBrains' safe write. */
  private void jetBrains(String name) throws IOException {
    Path next = Files.writeString(directory.resolve(name + "___jb_tmp___"), "after");
    Files.move(directory.resolve(name), directory.resolve(name + "___jb_old___"));
    Files.move(next, directory.resolve(name));
    Files.delete(directory.resolve(name + "___jb_old___"));
  }

  private void write(String name) {
    try {
      Files.writeString(directory.resolve(name), "x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileSource start(UnaryOperator<FileSourceBuilder> settings) {
    FileSource source = source(directory, settings);
    source.start();
    return source;
  }

  private FileSource source(Path root, UnaryOperator<FileSourceBuilder> settings) {
    FileSource source = settings.apply(settings(new FileSourceBuilder(captured, root))).build();
    sources.add(source);
    return source;
  }

  private FileSourceBuilder settings(FileSourceBuilder builder) {
    return builder
        .coalesce(Duration.ofMillis(300), Duration.ofSeconds(10))
        .ignore("*.tmp")
        .backoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(20)))
        .onError((problem, cause) -> errors.add(problem));
  }

  private List<String> seen() {
    return captured.brief();
  }

  /** Everything since the last such call, in any order, and nothing else. */
  private List<Observation> assertSeen(String... expected) throws IOException {
    // A file that is told after all that was touched before it.
    Path end = directory.resolve(END);
    await().atMost(LIMIT).until(() -> seen().size() >= expected.length);
    Files.writeString(end, "x");
    await().atMost(LIMIT).until(() -> seen().contains("Created " + END));
    assertThat(seen().stream().filter(one -> !one.endsWith(END)).collect(Collectors.toList()))
        .containsExactlyInAnyOrder(expected);
    Files.delete(end);
    await().atMost(LIMIT).until(() -> seen().contains("Deleted " + END));
    List<Observation> all = captured.all();
    captured.clear();
    return all;
  }
}
