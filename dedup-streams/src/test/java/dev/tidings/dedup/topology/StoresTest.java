package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.junit.jupiter.api.Test;

class StoresTest {
  private static final Duration REMEMBER = Duration.ofHours(1);
  private static final UUID RECORDER = new UUID(1, 2);

  private final KeyValueStore<Bytes, byte[]> store = SegmentStore.supplier("store", false).get();

  @Test
  void aSegmentStoreKeepsFindsAndForgets() {
    store.put(key(2), new byte[] {2});
    store.put(key(1), new byte[] {1});
    store.put(key(3), new byte[] {3});
    store.put(key(3), null);

    assertThat(store.get(key(1))).containsExactly(1);
    assertThat(store.get(key(3))).isNull();
    assertThat(store.putIfAbsent(key(1), new byte[] {9})).containsExactly(1);
    assertThat(store.delete(key(2))).containsExactly(2);
    assertThat(keys(store.all())).containsExactly(key(1));
    store.put(key(5), new byte[] {5});
    store.put(key(4), new byte[] {4});
    assertThat(keys(store.range(key(2), key(4)))).containsExactly(key(4));
    assertThat(keys(store.range(null, null))).containsExactly(key(1), key(4), key(5));
    assertThat(store.approximateNumEntries()).isEqualTo(3);
  }

  /** What {@link BeforeCommit} needs of Kafka Streams; that it is really called the faults show. */
  @Test
  void kafkaStreamsStillAsksCachesToBeWrittenOutByTheirInternalInterface() throws Exception {
    List<String> calls = new ArrayList<>();
    BeforeCommit hook = BeforeCommit.builder("hook").build();
    hook.run(() -> calls.add("write"));
    CachedStateStore<Object, Object> asKafkaSeesIt = hook;

    asKafkaSeesIt.flushCache();
    asKafkaSeesIt.clearCache();
    asKafkaSeesIt.flushCache();

    assertThat(calls).as("nothing is written of what was rolled back").containsExactly("write");
    assertThat(CachedStateStore.class.getMethod("flushCache")).isNotNull();
    assertThat(
            Class.forName("org.apache.kafka.streams.processor.internals.ProcessorStateManager")
                .getMethod("flushCache"))
        .isNotNull();
  }

  @Test
  void exactlyOnceStoresPositionsWithTheCommit() {
    WindowLog log = new WindowLog(store);
    OriginPositions positions = positions(log, true);
    positions.advance(new OriginHeader(RECORDER, 10), 0);
    positions.flush();
    log.flush();

    assertThat(readBack(true).advance(new OriginHeader(RECORDER, 10), 1)).isFalse();
    assertThat(readBack(true).advance(new OriginHeader(RECORDER, 11), 1)).isTrue();
  }

  @Test
  void atLeastOnceStoresPositionsOneCommitLater() {
    WindowLog log = new WindowLog(store);
    OriginPositions positions = positions(log, false);
    positions.advance(new OriginHeader(RECORDER, 10), 0);
    positions.flush();
    log.flush();
    assertThat(readBack(false).advance(new OriginHeader(RECORDER, 10), 1))
        .as("its outputs may be lost")
        .isTrue();

    positions.flush();
    log.flush();
    assertThat(readBack(false).advance(new OriginHeader(RECORDER, 10), 1))
        .as("a failed task is flushed once more")
        .isTrue();

    positions.carryOn();
    positions.flush();
    log.flush();
    assertThat(readBack(false).advance(new OriginHeader(RECORDER, 10), 1)).isFalse();
    positions.carryOn();
    positions.advance(new OriginHeader(RECORDER, 20), 2);
    positions.flush();
    log.flush();
    assertThat(readBack(false).advance(new OriginHeader(RECORDER, 15), 3)).isTrue();
    assertThat(readBack(false).advance(new OriginHeader(RECORDER, 9), 3)).isFalse();
  }

  /** As after a restart: it must not write, as long as the other does. */
  private OriginPositions readBack(boolean exactlyOnce) {
    return positions(new WindowLog(store), exactlyOnce);
  }

  private static OriginPositions positions(WindowLog log, boolean exactlyOnce) {
    return new OriginPositions(
        log.origins(),
        REMEMBER,
        new StoreSettings(StoreSettings.Kind.MEMORY, true, exactlyOnce, false));
  }

  @Test
  void aStormIsCountedAroundItsTime() {
    StormCounts storms = new StormCounts();
    storms.add(7, 100);
    storms.add(7, 200);
    storms.add(7, 300);
    storms.add(8, 100);

    assertThat(storms.near(7, 200, 101)).isEqualTo(3);
    assertThat(storms.near(7, 200, 100)).isEqualTo(1);
    storms.remove(7, 200);
    storms.remove(7, 100);
    assertThat(storms.near(7, 200, 1_000)).isEqualTo(1);
    storms.remove(7, 300);
    assertThat(storms.near(7, 200, 1_000)).isZero();
    assertThat(storms.near(8, 200, 1_000)).isEqualTo(1);
  }

  private static List<Bytes> keys(KeyValueIterator<Bytes, byte[]> entries) {
    List<Bytes> keys = new ArrayList<>();
    try (entries) {
      entries.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }
}
