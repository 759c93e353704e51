package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** The log, its index and its store next to plain maps, with the log opened again in between. */
class WindowLogTest {
  private static final int SERIES = 100;
  private static final int STEPS = 2_000;

  private final KeyValueStore<Bytes, byte[]> store = SegmentStore.supplier("windows", false).get();
  private final Map<SeriesKey, TrackedEvent> windows = new HashMap<>();
  private final Map<UUID, TrackedEvent> detached = new HashMap<>();

  @Property(tries = 15)
  void whatIsOpenedAgainIsWhatWasWritten(@ForAll long seed) {
    Random random = new Random(seed);
    WindowLog log = new WindowLog(store);
    for (int step = 0; step < STEPS; step++) {
      change(log, random);
      if (random.nextInt(100) == 0) {
        log.flush();
        assertThat(log.bytes()).isLessThan(3 * used() + 2 * 1024 * 1024);
      }
      if (random.nextInt(500) == 0) {
        log.flush();
        log = new WindowLog(store);
        check(log);
      }
    }
    // The next try is of the same instance.
    log.flush();
    check(new WindowLog(store));
  }

  private void change(WindowLog log, Random random) {
    // Keys that say the same in half of their bits are what headers may bring.
    SeriesKey series = new SeriesKey(random.nextInt(SERIES) << 20, 7);
    TrackedEvent known = windows.get(series);
    int what = random.nextInt(10);
    if (known == null || what == 0) {
      TrackedEvent opened =
          TrackedEvent.opened(series, random.nextLong(), window(random, 1), value(random));
      opened.count(opened.window(), 1, 1, true);
      log.put(series, opened);
      opened.stored();
      windows.put(series, opened);
    } else if (what == 1) {
      log.forget(series);
      windows.remove(series);
    } else if (what == 2) {
      TrackedEvent late = TrackedEvent.late(window(random, 1), value(random));
      late.count(late.window(), 1, 1, true);
      log.putDetached(late);
      detached.put(late.id(), late);
    } else if (what == 3 && !detached.isEmpty()) {
      UUID id = detached.keySet().iterator().next();
      log.putDetached(detached.get(id));
    } else {
      SeriesWindow more = known.window();
      known.count(
          new SeriesWindow(
              more.eventId(), 1, 2, 3, more.count() + 1, random.nextInt(), more.intervalMillis()),
          1,
          1,
          false);
      log.put(series, known);
    }
  }

  private static SeriesWindow window(Random random, long count) {
    return new SeriesWindow(
        new UUID(random.nextLong(), random.nextLong()), 1, 1, 1, count, 5, 300_000);
  }

  private static byte[] value(Random random) {
    byte[] value = new byte[random.nextInt(50) == 0 ? 40_000 : random.nextInt(800)];
    random.nextBytes(value);
    return value;
  }

  private long used() {
    long used = 0;
    for (Map<?, TrackedEvent> all : List.of(windows, detached)) {
      for (TrackedEvent event : all.values()) {
        used += 200 + event.value().length;
      }
    }
    return used;
  }

  private void check(WindowLog log) {
    assertThat(log.size()).isEqualTo(windows.size());
    windows.forEach((series, event) -> assertSame(log.find(series), event));
    Map<Object, TrackedEvent> all = new HashMap<>();
    log.forEach(
        1,
        event ->
            assertThat(all.put(event.series() == null ? event.id() : event.series(), event))
                .as("once")
                .isNull());
    assertThat(all.keySet())
        .hasSize(windows.size() + detached.size())
        .containsAll(windows.keySet())
        .containsAll(detached.keySet());
    detached.forEach((id, event) -> assertSame(all.get(id), event));
    log.forEach(
        2, event -> assertThat(event.value()).as("another batch needs no values").isEmpty());
    assertThat(log.highestBatch()).isEqualTo(all.isEmpty() ? Long.MIN_VALUE : 1);
  }

  private static void assertSame(TrackedEvent actual, TrackedEvent expected) {
    assertThat(actual).isNotNull();
    assertThat(actual.window()).isEqualTo(expected.window());
    assertThat(Arrays.equals(actual.value(), expected.value())).isTrue();
    assertThat(actual.stormKey()).isEqualTo(expected.stormKey());
    assertThat(actual.pendingIn(1)).isEqualTo(expected.pendingIn(1));
    assertThat(actual.isUnsent()).isEqualTo(expected.isUnsent());
  }

  /** Batches are over, and nothing was written to say so. */
  @Test
  void eventsWithoutWindowThatAreForgottenTakeNoRoom() {
    WindowLog log = new WindowLog(store);
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      TrackedEvent late = TrackedEvent.late(window(random, 1), new byte[500]);
      log.putDetached(late);
      log.flush();
      log.forgetDetached(late.id());
    }
    assertThat(log.bytes()).isLessThan(1_200_000);
    assertThat(store.approximateNumEntries()).isLessThan(2_000);
  }

  /** Mostly in order, as time-ordered ids are; some are not, and some are the same in a half. */
  @Property(tries = 100)
  void idsAreWhatASetOfThemHas(@ForAll long seed) {
    Random random = new Random(seed);
    IdSet ids = new IdSet();
    Set<UUID> model = new HashSet<>();
    List<UUID> all = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      int what = random.nextInt(6);
      if (what < 3 || all.isEmpty()) {
        long time = what == 0 ? random.nextInt(step + 1) : step;
        UUID id = new UUID(random.nextInt(50) == 0 ? -time : time, random.nextLong());
        all.add(id);
        ids.add(id);
        model.add(id);
      } else if (what < 5) {
        UUID id = all.remove(random.nextInt(all.size()));
        ids.remove(id);
        model.remove(id);
      }
      UUID any = all.isEmpty() ? new UUID(1, 1) : all.get(random.nextInt(all.size()));
      UUID other = new UUID(any.getMostSignificantBits(), random.nextLong());
      assertThat(ids.contains(any)).isEqualTo(model.contains(any));
      assertThat(ids.contains(other)).isEqualTo(model.contains(other));
    }
    assertThat(ids.size()).isEqualTo(model.size());
    all.forEach(ids::remove);
    assertThat(ids.size()).isZero();
  }

  @Property(tries = 50)
  void liveEventsAreWhatAMapOfThemHas(@ForAll long seed) {
    Random random = new Random(seed);
    LiveEvents live = new LiveEvents();
    Map<SeriesKey, TrackedEvent> model = new HashMap<>();
    for (int step = 0; step < 3_000; step++) {
      SeriesKey series = new SeriesKey(random.nextInt(300) << 20, random.nextInt(2));
      TrackedEvent event = TrackedEvent.opened(series, 1, window(random, 1), new byte[0]);
      if (random.nextInt(3) == 0) {
        live.remove(event);
        model.remove(series);
      } else {
        live.put(series, event);
        model.put(series, event);
      }
      SeriesKey any = new SeriesKey(random.nextInt(300) << 20, 1);
      assertThat(live.get(any)).isSameAs(model.get(any));
    }
    model.forEach((series, event) -> assertThat(live.get(series)).isSameAs(event));
  }

  @Property(tries = 50)
  void expiriesComeInOrder(@ForAll List<Integer> times, @ForAll long seed) {
    ExpiryQueue queue = new ExpiryQueue();
    PriorityQueue<Long> model = new PriorityQueue<>();
    Random random = new Random(seed);
    for (int time : times) {
      for (int i = 0; i < 20; i++) {
        long at = time + random.nextInt(1_000);
        queue.add(at, new SeriesKey(at, ~at));
        model.add(at);
      }
      for (int i = random.nextInt(20); i > 0; i--) {
        takeOne(queue, model);
      }
    }
    while (!model.isEmpty()) {
      takeOne(queue, model);
    }
    assertThat(queue.size()).isZero();
    assertThat(queue.nextMillis()).isEqualTo(Long.MAX_VALUE);
  }

  private static void takeOne(ExpiryQueue queue, PriorityQueue<Long> model) {
    long at = model.remove();
    assertThat(queue.nextMillis()).isEqualTo(at);
    assertThat(queue.remove()).isEqualTo(new SeriesKey(at, ~at));
  }

  @Property(tries = 200)
  void theKeyOfAnEventIsItsIdAsText(@ForAll long high, @ForAll long low) {
    UUID id = new UUID(high, low);

    assertThat(OutputKey.id(0, id).bytes()).asString().isEqualTo(id.toString());
  }
}
