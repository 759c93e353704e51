package dev.tidings.informer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.rv.ResourceVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  private static final ResourceVersion VERSION = ResourceVersion.of(Uuid.randomUuid(), 7, 0, 9);

  @TempDir Path directory;

  private CheckpointFile file(String topic, String contents) {
    return new CheckpointFile(directory.resolve("sub/state"), topic, contents);
  }

  private static void write(CheckpointFile file, int objects) throws IOException {
    file.write(
        VERSION,
        writer -> {
          for (int i = 0; i < objects; i++) {
            writer.write(i, bytes("k" + i), bytes("v" + "x".repeat(i % 700)));
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Integer> read(CheckpointFile file) throws IOException {
    Map<String, Integer> found = new HashMap<>();
    try (CheckpointFile.Reader reader = file.open()) {
      assertThat(reader.resourceVersion()).isEqualTo(VERSION);
      for (CheckpointFile.Block block = reader.next(); block != null; block = reader.next()) {
        ByteBuffer in = block.content();
        for (int i = 0; i < block.count(); i++) {
          long expires = in.getLong();
          byte[] key = new byte[in.getInt()];
          byte[] value = new byte[in.getInt()];
          in.get(key).get(value);
          assertThat(new String(key, StandardCharsets.UTF_8)).isEqualTo("k" + expires);
          found.put(new String(key, StandardCharsets.UTF_8), value.length);
        }
        assertThat(in.hasRemaining()).isFalse();
      }
    }
    return found;
  }

  @Test
  void givesBackWhatWasWritten() throws Exception {
    CheckpointFile file = file("t", "c");
    assertThat(file.open()).isNull();
    for (int objects : new int[] {0, 1, 5_000}) {
      write(file, objects);
      Map<String, Integer> found = read(file);
      assertThat(found).hasSize(objects);
      found.forEach(
          (key, length) ->
              assertThat(length).isEqualTo(1 + Integer.parseInt(key.substring(1)) % 700));
    }
    try (var files = Files.list(file.file().getParent())) {
      assertThat(files).containsExactly(file.file());
    }
  }

  @Test
  void anInterruptedWriteLeavesTheOneBefore() throws Exception {
    CheckpointFile file = file("t", "c");
    write(file, 10);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                file.write(
                    VERSION,
                    writer -> {
                      throw new IOException("disk full");
                    }));
    assertThat(read(file)).hasSize(10);
  }

  @Test
  void aForeignOneIsRefused() throws Exception {
    write(file("t", "c"), 1);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> file("other", "c").open())
        .withMessageContaining("of topic t");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> file("t", "d").open())
        .withMessageContaining("other objects");
    Files.writeString(file("t", "c").file(), "something else altogether");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> file("t", "c").open())
        .withMessageContaining("not a checkpoint");
  }

  /** Whatever byte is changed, and wherever the file ends early. */
  @Test
  void aDamagedOneIsRefused() throws Exception {
    CheckpointFile file = file("t", "c");
    write(file, 2_000);
    byte[] whole = Files.readAllBytes(file.file());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      int at = i < 40 ? random.nextInt(whole.length) : i - 40;
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file.file(), damaged);
      assertThatExceptionOfType(IOException.class)
          .as("seed %s, byte %s", seed, at)
          .isThrownBy(() -> read(file));
    }
    for (int i = 0; i < 40; i++) {
      Files.write(file.file(), java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThatExceptionOfType(IOException.class).as("seed %s", seed).isThrownBy(() -> read(file));
    }
  }
}
