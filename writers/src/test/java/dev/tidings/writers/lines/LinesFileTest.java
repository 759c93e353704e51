package dev.tidings.writers.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.tidings.writers.encoded.TextBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do with the file meanwhile. */
class LinesFileTest {
  @TempDir private Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("events.jsonl");
  }

  private static void write(LinesFile file, String line) throws IOException {
    TextBuffer buffer = new TextBuffer();
    buffer.ascii(line);
    buffer.ascii('\n');
    file.write(buffer);
  }

  @Test
  void oneThatIsMovedAwayIsMadeAnew() throws Exception {
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "1");
      Path rotated = Files.move(path, directory.resolve("events.jsonl.1"));
      write(file, "2");
      write(file, "3");
      file.force();

      assertThat(rotated).hasContent("1");
      assertThat(path).hasContent("2\n3");
    }
  }

  @Test
  void oneThatIsDeletedIsMadeAnew() throws Exception {
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "1");
      Files.delete(path);
      write(file, "2");

      assertThat(path).hasContent("2");
    }
  }

  @Test
  void oneThatIsReplacedIsGoneOnWith() throws Exception {
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "1");
      Files.move(path, directory.resolve("events.jsonl.1"));
      Files.writeString(path, "somebody's\ntorn");
      write(file, "2");

      assertThat(path).hasContent("somebody's\ntorn\n2");
    }
  }

  /** More than goes to the disk in the background at once, into two files. */
  @Test
  void muchIsThereInOrder() throws Exception {
    StringBuilder expected = new StringBuilder();
    Path rotated = directory.resolve("events.jsonl.1");
    try (LinesFile file = LinesFile.append(path)) {
      for (int i = 0; i < 24; i++) {
        String line = Integer.toString(i % 10).repeat(1_000_000);
        write(file, line);
        expected.append(line).append('\n');
        if (i == 11) {
          Files.move(path, rotated);
        }
      }
      file.force();
    }
    assertThat(Files.readString(rotated) + Files.readString(path)).isEqualTo(expected.toString());
  }

  @Test
  void oneThatIsEmptiedGoesOnAtItsBeginning() throws Exception {
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "1");
      Files.writeString(path, "");
      write(file, "2");

      assertThat(path).hasContent("2");
    }
  }

  @Test
  void anotherWriterIsToldThatItHasOneUntilItIsClosed() throws Exception {
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "1");
      assertThatIOException()
          .isThrownBy(() -> LinesFile.append(directory.resolve(".").resolve("events.jsonl")))
          .withMessageContaining("another writer has");
      write(file, "2");
    }
    try (LinesFile file = LinesFile.append(path)) {
      write(file, "3");
    }
    assertThat(path).hasContent("1\n2\n3");
  }
}
