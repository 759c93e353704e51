package dev.tidings.informer.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.Uuid;

class IndexedStoreTest {
  private static String put(IndexedStore<String, String> store, String key, String object) {
    return store.put(key, object, key.getBytes(UTF_8), object.getBytes(UTF_8));
  }

  private static final ResourceVersion RV = ResourceVersion.of(new Uuid(1, 1), 5);

  private final List<String> failures = new ArrayList<>();
  private final IndexedStore<String, String> store = newStore();

  private IndexedStore<String, String> newStore() {
    return new IndexedStore<>(
        Map.of("words", IndexedStoreTest::words, "length", IndexedStoreTest::length),
        (index, thrown) -> failures.add(index));
  }

  private static Collection<String> words(String key, String object) {
    return Arrays.asList(object.split(" "));
  }

  private static Collection<String> length(String key, String object) {
    if (object.startsWith("!")) {
      throw new IllegalStateException("cannot be measured");
    }
    return List.of(String.valueOf(object.length()));
  }

  @Example
  void findsObjectsByEachOfTheirValues() {
    store.buildIndexes();
    put(store, "k1", "red green");
    put(store, "k2", "green blue");
    Snapshot<String, String> snapshot = store.freeze(RV);

    assertThat(snapshot.resourceVersion()).isEqualTo(RV);
    assertThat(snapshot.byIndex("words", "green"))
        .containsExactlyInAnyOrder("red green", "green blue");
    assertThat(snapshot.indexKeys("words", "red")).containsExactly("k1");
    assertThat(snapshot.indexKeys("words", "yellow")).isEmpty();
    assertThat(snapshot.indexValues("words")).containsExactlyInAnyOrder("red", "green", "blue");
    assertThat(snapshot.values()).containsExactlyInAnyOrder("red green", "green blue");
    assertThat(snapshot.keys()).containsExactlyInAnyOrder("k1", "k2");
  }

  @Example
  void anIndexHasNoValuesWithoutObjects() {
    store.buildIndexes();
    put(store, "k1", "red");
    put(store, "k1", "blue");
    assertThat(store.freeze(RV).indexValues("words")).containsExactly("blue");
    store.remove("k1", null);
    assertThat(store.freeze(RV).indexValues("words")).isEmpty();
  }

  @Example
  void anObjectWhoseIndexFunctionThrowsIsOnlyLeftOutOfThatIndex() {
    store.buildIndexes();
    put(store, "k1", "!odd one");
    assertThat(failures).containsExactly("length");
    Snapshot<String, String> snapshot = store.freeze(RV);
    assertThat(snapshot.get("k1")).isEqualTo("!odd one");
    assertThat(snapshot.indexKeys("words", "one")).containsExactly("k1");
    assertThat(snapshot.indexValues("length")).isEmpty();
  }

  @Example
  void anUnknownIndexIsAnErrorThatNamesThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.freeze(RV).byIndex("colour", "red"))
        .withMessage("There is no index 'colour': there are [length, words]");
  }

  @Example
  void snapshotsCannotBeChanged() {
    put(store, "k1", "red");
    Collection<String> values = store.freeze(RV).values();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> values.remove("red"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** Random puts and removes; the indexes are built somewhere in between, as after a load. */
  @Property
  void behavesAsMapsRebuiltFromScratch(
      @ForAll @Size(max = 100) List<@IntRange(max = 999) Integer> steps,
      @ForAll @IntRange(max = 100) int buildAt) {
    IndexedStore<String, String> store = newStore();
    Map<String, String> model = new HashMap<>();
    List<Snapshot<String, String>> snapshots = new ArrayList<>();
    List<Map<String, String>> models = new ArrayList<>();
    for (int i = 0; i <= steps.size(); i++) {
      if (i == Math.min(buildAt, steps.size())) {
        store.buildIndexes();
      }
      if (i == steps.size()) {
        break;
      }
      int step = steps.get(i);
      String key = "k" + step % 10;
      if (step % 3 == 0) {
        assertThat(store.remove(key, null)).isEqualTo(model.remove(key));
      } else {
        String object = "a" + step % 7 + " b" + step % 5 + " b" + step % 4;
        assertThat(put(store, key, object)).isEqualTo(model.put(key, object));
      }
      if (i >= buildAt && step % 4 == 0) {
        snapshots.add(store.freeze(RV.with(0, i)));
        models.add(new HashMap<>(model));
      }
    }
    snapshots.add(store.freeze(RV));
    models.add(model);
    for (int i = 0; i < snapshots.size(); i++) {
      assertSame(snapshots.get(i), models.get(i));
    }
  }

  private static void assertSame(Snapshot<String, String> snapshot, Map<String, String> model) {
    Map<String, TreeSet<String>> index = new HashMap<>();
    model.forEach(
        (key, object) ->
            words(key, object)
                .forEach(word -> index.computeIfAbsent(word, w -> new TreeSet<>()).add(key)));
    Map<String, String> seen = new HashMap<>();
    snapshot.forEach(seen::put);
    assertThat(seen).isEqualTo(model);
    assertThat(snapshot.size()).isEqualTo(model.size());
    assertThat(new TreeSet<>(snapshot.indexValues("words")))
        .isEqualTo(new TreeSet<>(index.keySet()));
    index.forEach(
        (word, keys) -> {
          assertThat(new TreeSet<>(snapshot.indexKeys("words", word))).isEqualTo(keys);
          assertThat(snapshot.byIndex("words", word))
              .containsExactlyInAnyOrderElementsOf(keys.stream().map(model::get).toList());
        });
  }
}
