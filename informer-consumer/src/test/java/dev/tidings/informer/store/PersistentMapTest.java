package dev.tidings.informer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class PersistentMapTest {

  /** Its hash is chosen by the test: few values collide, in whole or in their lowest bits. */
  record Key(int id, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }

  sealed interface Step {
    record Put(Key key, int value) implements Step {}

    record Remove(Key key) implements Step {}

    record Freeze() implements Step {}
  }

  @Provide
  Arbitrary<Step> steps() {
    Arbitrary<Integer> hashes =
        Arbitraries.oneOf(Arbitraries.of(0, 1, 32, -1), Arbitraries.integers());
    Arbitrary<Key> keys =
        Arbitraries.integers()
            .between(0, 40)
            .flatMap(
                id ->
                    // Equal ids have equal hashes: keys stay keys.
                    Arbitraries.just(new Key(id, id % 4 == 0 ? 7 : id % 3 == 0 ? id << 30 : id)));
    Arbitrary<Step> put = Combinators.combine(keys, hashes).as(Step.Put::new);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(5, put),
        net.jqwik.api.Tuple.of(3, keys.map(Step.Remove::new)),
        net.jqwik.api.Tuple.of(1, Arbitraries.create(Step.Freeze::new)));
  }

  @Property
  void behavesAsAHashMapWhoseSnapshotsNeverChange(
      @ForAll @Size(max = 300) List<@net.jqwik.api.From("steps") Step> steps) {
    Map<Key, Integer> model = new HashMap<>();
    PersistentMap.Editor<Key, Integer> editor = PersistentMap.<Key, Integer>empty().edit();
    List<PersistentMap<Key, Integer>> frozen = new ArrayList<>();
    List<Map<Key, Integer>> expected = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Put put) {
        assertThat(editor.put(put.key(), put.value())).isEqualTo(model.put(put.key(), put.value()));
      } else if (step instanceof Step.Remove remove) {
        assertThat(editor.remove(remove.key())).isEqualTo(model.remove(remove.key()));
      } else {
        frozen.add(editor.freeze());
        expected.add(new HashMap<>(model));
      }
      assertThat(editor.size()).isEqualTo(model.size());
    }
    frozen.add(editor.freeze());
    expected.add(model);
    for (int i = 0; i < frozen.size(); i++) {
      assertSame(frozen.get(i), expected.get(i));
    }
    // What is edited from a snapshot does not show in it.
    PersistentMap.Editor<Key, Integer> other = frozen.get(0).edit();
    for (Key key : expected.get(0).keySet()) {
      other.remove(key);
    }
    assertThat(other.freeze().size()).isZero();
    assertSame(frozen.get(0), expected.get(0));
  }

  private static void assertSame(PersistentMap<Key, Integer> map, Map<Key, Integer> expected) {
    Map<Key, Integer> walked = new HashMap<>();
    int steps = 0;
    for (Map.Entry<Key, Integer> entry : map) {
      walked.put(entry.getKey(), entry.getValue());
      steps++;
    }
    assertThat(walked).isEqualTo(expected);
    assertThat(steps).isEqualTo(map.size()).isEqualTo(expected.size());
    expected.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    assertThat(map.get(new Key(-1, 7))).isNull();
  }

  @Example
  void holdsManyKeys() {
    PersistentMap.Editor<Integer, Integer> editor = PersistentMap.<Integer, Integer>empty().edit();
    for (int i = 0; i < 100_000; i++) {
      editor.put(i, -i);
    }
    PersistentMap<Integer, Integer> map = editor.freeze();
    for (int i = 0; i < 100_000; i++) {
      assertThat(map.get(i)).isEqualTo(-i);
    }
    assertThat(map.get(100_000)).isNull();
    for (int i = 0; i < 100_000; i += 2) {
      editor.remove(i);
    }
    assertThat(editor.size()).isEqualTo(50_000);
    assertThat(map.size()).isEqualTo(100_000);
  }

  @Example
  void iteratorsEnd() {
    Iterator<Map.Entry<String, String>> none = PersistentMap.<String, String>empty().iterator();
    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }
}
