package dev.tidings.benchmarks.informer;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** How long one read takes, next to a ConcurrentHashMap with the same keys and objects. */
final class Reads {
  private static final int ROUNDS = 7;
  private static final int READS = 2_000_000;
  private static final int NODES = 1_000;

  /** Nanoseconds of each. */
  record Times(double map, double get, double byIndex) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "ConcurrentHashMap.get %.0f ns, get %.0f ns, byIndex %.0f ns",
          map,
          get,
          byIndex);
    }
  }

  // So that no read can be left out.
  private static volatile int sink;

  private Reads() {}

  static Times measure(int objects) {
    Map<String, String> map = new ConcurrentHashMap<>();
    IndexedStore<String, String> store =
        new IndexedStore<>(
            Map.of("node", (String key, String value) -> List.of(node(key.hashCode()))),
            (name, thrown) -> {
              throw thrown;
            });
    for (int i = 0; i < objects; i++) {
      String key = Item.key(i);
      String value = "value " + i;
      map.put(key, value);
      store.put(key, value, new byte[0], new byte[0]);
    }
    store.finishLoad();
    Snapshot<String, String> snapshot = store.freeze(ResourceVersion.beginning(Uuid.ZERO_UUID));
    // Keys of other identity, in no order, as they come from outside.
    String[] asked = new String[1 << 18];
    String[] nodes = new String[asked.length];
    for (int i = 0; i < asked.length; i++) {
      asked[i] = Item.key(Math.floorMod(i * 0x9E3779B1L, objects));
      nodes[i] = node(i);
    }
    double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    for (int round = 0; round < ROUNDS; round++) {
      best[0] = Math.min(best[0], nanos(asked, key -> lengthOf(map.get(key))));
      best[1] = Math.min(best[1], nanos(asked, key -> lengthOf(snapshot.get(key))));
      best[2] = Math.min(best[2], nanos(nodes, node -> snapshot.byIndex("node", node).size()));
    }
    return new Times(best[0], best[1], best[2]);
  }

  private static int lengthOf(@Nullable String value) {
    return Objects.requireNonNull(value, "every key that is asked for is there").length();
  }

  private static String node(int number) {
    return "node-" + Math.floorMod(number, NODES);
  }

  private static double nanos(String[] asked, ToIntFunction<String> read) {
    int sum = 0;
    long began = System.nanoTime();
    for (int i = 0; i < READS; i++) {
      sum += read.applyAsInt(asked[i & (asked.length - 1)]);
    }
    double nanos = (double) (System.nanoTime() - began) / READS;
    sink = sum;
    return nanos;
  }
}
