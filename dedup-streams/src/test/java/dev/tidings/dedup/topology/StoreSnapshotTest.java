package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that is closed, or not, and opened again, next to what it must then have. */
class StoreSnapshotTest {
  private static final TopicPartition LOG = new TopicPartition("app-state-changelog", 3);
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private Path directory;

  @BeforeEach
  @BeforeTry
  void createDirectory() throws IOException {
    directory = Files.createTempDirectory("tidings-snapshot-test");
  }

  @AfterEach
  @AfterTry
  void deleteDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private KeyValueStore<Bytes, byte[]> open() {
    KeyValueStore<Bytes, byte[]> store = SegmentStore.supplier("state", true).get();
    StateStoreContext context =
        new MockProcessorContext<>(new Properties(), new TaskId(0, 3), directory.toFile())
            .getStateStoreContext();
    store.init(context, store);
    return store;
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }

  /** After a crash there is nothing, unless nothing had changed since the orderly end before. */
  @Property(tries = 40)
  void whatIsFoundIsWhatWasThereAtItsOffset(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Bytes, Byte> onDisk = Map.of();
    Long offsetOnDisk = null;
    for (int session = 0; session < 8; session++) {
      KeyValueStore<Bytes, byte[]> store = open();
      assertThat(store.committedOffset(LOG)).isEqualTo(offsetOnDisk);
      if (random.nextInt(4) > 0) {
        assertThat(contents(store)).isEqualTo(onDisk);
      }
      Map<Bytes, Byte> contents = new HashMap<>(onDisk);
      Long offset = offsetOnDisk;
      for (int step = random.nextInt(6); step > 0; step--) {
        if (random.nextInt(3) == 0) {
          long at = 100L * session + step;
          store.commit(Map.of(LOG, at));
          offset = offsetOnDisk == null ? Long.valueOf(at) : offsetOnDisk;
        } else {
          change(store, contents, random);
          offset = null;
          offsetOnDisk = null;
          onDisk = Map.of();
        }
      }
      if (random.nextInt(3) > 0) {
        store.close();
        offsetOnDisk = offset;
        onDisk = offset == null ? Map.of() : contents;
      }
    }
  }

  private static void change(
      KeyValueStore<Bytes, byte[]> store, Map<Bytes, Byte> contents, Random random) {
    Bytes key = key(random.nextInt(10));
    byte value = (byte) random.nextInt();
    if (random.nextInt(3) == 0) {
      store.delete(key);
      contents.remove(key);
    } else {
      store.put(key, new byte[] {value});
      contents.put(key, value);
    }
  }

  private static Map<Bytes, Byte> contents(KeyValueStore<Bytes, byte[]> store) {
    Map<Bytes, Byte> contents = new HashMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> contents.put(entry.key, entry.value[0]));
    }
    return contents;
  }

  /** Whichever byte it is: nothing wrong is ever read, and the next start has a clean table. */
  @Property(tries = 40)
  void aDamagedSnapshotIsNotUsed(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    writeThree();
    Path file = file();
    byte[] bytes = Files.readAllBytes(file);
    if (random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    } else {
      bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    Files.write(file, bytes);

    KeyValueStore<Bytes, byte[]> store = open();
    if (store.committedOffset(LOG) != null) {
      assertThatThrownBy(store::all).isInstanceOf(ProcessorStateException.class);
      store.close();
      store = open();
    }
    assertThat(store.committedOffset(LOG)).isNull();
    assertThat(contents(store)).isEmpty();
    assertThat(file).doesNotExist();
  }

  private Path file() {
    return directory.resolve("state.snapshot");
  }

  private void writeThree() {
    KeyValueStore<Bytes, byte[]> store = open();
    for (int i = 0; i < 3; i++) {
      store.put(key(i), new byte[] {(byte) i});
    }
    store.commit(Map.of(LOG, 42L));
    store.close();
  }

  @Test
  void ofStateThatKafkaStreamsCallsCorruptedNothingIsKept() {
    writeThree();
    KeyValueStore<Bytes, byte[]> store = open();
    store.commit(Map.of());
    store.close();

    assertThat(open().committedOffset(LOG)).isNull();
  }

  @Test
  void anotherChangeLogHasNoOffsetHere() {
    writeThree();

    assertThat(open().committedOffset(LOG)).isEqualTo(42);
    assertThat(open().committedOffset(new TopicPartition(LOG.topic(), 4))).isNull();
  }

  @Test
  void whatIsOldIsPassedOver() {
    StoreSnapshot snapshot = StoreSnapshot.find(file(), InstantSource.fixed(NOW));
    snapshot.contentsAreAt(Map.of(LOG, 1L));
    snapshot.write(0, action -> {});

    assertThat(offset(NOW.plus(Duration.ofHours(11)))).isEqualTo(1);
    assertThat(offset(NOW.minus(Duration.ofHours(1)))).as("clock was turned back").isNull();
    snapshot.write(0, action -> {});
    assertThat(offset(NOW.plus(Duration.ofHours(13)))).isNull();
  }

  private Long offset(Instant now) {
    return StoreSnapshot.find(file(), InstantSource.fixed(now)).offset(LOG);
  }
}
