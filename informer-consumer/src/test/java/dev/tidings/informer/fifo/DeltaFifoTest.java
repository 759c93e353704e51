package dev.tidings.informer.fifo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.Uuid;

class DeltaFifoTest {
  private static final int KEYS = 4;

  private static Snapshot<String, String> snapshot(Map<String, String> state) {
    IndexedStore<String, String> store = new IndexedStore<>(Map.of(), (name, thrown) -> {});
    state.forEach(
        (key, value) -> store.put(key, value, key.getBytes(StandardCharsets.UTF_8), new byte[0]));
    return store.freeze(ResourceVersion.beginning(Uuid.ZERO_UUID));
  }

  private static void offer(DeltaFifo<String, String> fifo, Delta<String, String> delta)
      throws InterruptedException {
    assertThat(fifo.offer(List.of(delta), Duration.ZERO)).isTrue();
  }

  private static List<String> drain(DeltaFifo<String, String> fifo) throws InterruptedException {
    List<String> out = new ArrayList<>();
    for (Pending<String, String> next = fifo.poll(Duration.ZERO);
        next != null;
        next = fifo.poll(Duration.ZERO)) {
      if (next instanceof Delta<String, String> delta) {
        out.add(delta.type() + " " + delta.key() + " " + delta.previous() + ">" + delta.object());
      } else {
        out.add("partitions");
      }
    }
    return out;
  }

  @Example
  void joinsWhatWaitsForTheSameKey() throws Exception {
    DeltaFifo<String, String> fifo = new DeltaFifo<>(10, true);
    fifo.begin(snapshot(Map.of()));
    offer(fifo, Delta.change("a", "1", null, false));
    offer(fifo, Delta.change("b", "1", null, false));
    offer(fifo, Delta.change("a", "2", "1", false));
    offer(fifo, Delta.change("b", null, "1", false));
    offer(fifo, Delta.change("c", null, "7", false));
    offer(fifo, Delta.change("c", "8", null, false));
    assertThat(fifo.size()).isEqualTo(2);
    assertThat(drain(fifo)).containsExactly("ADDED a null>2", "UPDATED c 7>8");
    offer(fifo, Delta.change("a", null, "2", true));
    assertThat(drain(fifo)).containsExactly("DELETED a 2>null");
    assertThat(fifo.size()).isZero();
  }

  @Example
  void nothingComesOutBeforeTheBeginningAndResyncsKeepTheirPlace() throws Exception {
    DeltaFifo<String, String> fifo = new DeltaFifo<>(10, true);
    assertThat(fifo.poll(Duration.ZERO)).isNull();
    fifo.begin(snapshot(Map.of("a", "1")));
    assertThat(fifo.hasSynced()).isFalse();
    assertThat(drain(fifo)).containsExactly("INITIAL a null>1");
    assertThat(fifo.hasSynced()).isTrue();
    offer(fifo, Delta.change("a", "2", "1", false));
    fifo.resync(snapshot(Map.of("a", "2")));
    fifo.resync(snapshot(Map.of("a", "ignored while one is under way")));
    offer(fifo, Delta.change("a", "3", "2", false));
    // The resync is between the changes that it was between, though they could be joined.
    assertThat(drain(fifo)).containsExactly("UPDATED a 1>2", "SYNC a 2>2", "UPDATED a 2>3");
    fifo.resync(snapshot(Map.of("a", "3")));
    offer(fifo, Delta.change("a", "4", "3", false));
    assertThat(drain(fifo)).containsExactly("SYNC a 3>3", "UPDATED a 3>4");
  }

  @Example
  void isBoundedButTakesAnyNumberWhenNothingWaits() throws Exception {
    DeltaFifo<String, String> fifo = new DeltaFifo<>(2, false);
    fifo.begin(snapshot(Map.of()));
    List<Delta<String, String>> three =
        List.of(
            Delta.change("a", "1", null, false),
            Delta.change("a", "2", "1", false),
            Delta.change("a", "3", "2", false));
    assertThat(fifo.offer(three, Duration.ZERO)).isTrue();
    assertThat(fifo.offer(three.subList(0, 1), Duration.ZERO)).isFalse();
    assertThat(drain(fifo)).hasSize(3);
    fifo.close();
    assertThat(fifo.offer(three, Duration.ZERO)).isTrue();
    assertThat(fifo.poll(Duration.ofSeconds(5))).isNull();
  }

  /** Whoever applies what comes out has, at each moment, known each key's states in order. */
  @Property
  void whatComesOutLeadsToTheSameState(
      @ForAll @Size(max = 120) List<@IntRange(max = 9_999) Integer> steps,
      @ForAll boolean coalescing)
      throws InterruptedException {
    DeltaFifo<String, String> fifo = new DeltaFifo<>(1_000, coalescing);
    fifo.begin(snapshot(Map.of()));
    Map<String, String> truth = new HashMap<>();
    Map<String, String> seen = new HashMap<>();
    int version = 0;
    for (int step : steps) {
      String key = "k" + step % KEYS;
      int what = step / KEYS % 6;
      if (what < 3) {
        String next = String.valueOf(++version);
        offer(fifo, Delta.change(key, next, truth.put(key, next), false));
      } else if (what == 3 && truth.containsKey(key)) {
        offer(fifo, Delta.change(key, null, truth.remove(key), false));
      } else if (what == 4) {
        fifo.resync(snapshot(truth));
      } else if (fifo.poll(Duration.ZERO) instanceof Delta<String, String> delta) {
        apply(delta, seen);
      }
    }
    for (Pending<String, String> next = fifo.poll(Duration.ZERO);
        next != null;
        next = fifo.poll(Duration.ZERO)) {
      apply((Delta<String, String>) next, seen);
    }
    assertThat(seen).isEqualTo(truth);
  }

  private static void apply(Delta<String, String> delta, Map<String, String> seen) {
    String before = seen.get(delta.key());
    assertThat(delta.previous()).isEqualTo(before);
    if (delta.object() == null) {
      seen.remove(delta.key());
      return;
    }
    if (before != null) {
      int was = Integer.parseInt(before);
      int is = Integer.parseInt(delta.object());
      assertThat(is).isGreaterThanOrEqualTo(was);
      assertThat(is == was).isEqualTo(delta.type() == Delta.Type.SYNC);
    }
    seen.put(delta.key(), delta.object());
  }
}
