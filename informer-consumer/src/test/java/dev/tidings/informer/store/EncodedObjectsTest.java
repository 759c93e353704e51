package dev.tidings.informer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EncodedObjectsTest {
  /** Values repeat their text, so that they can be of any length. */
  static final Codec<String, String> TEXT =
      new Codec<>() {
        @Override
        public byte[] encodeKey(String key) {
          return key.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decodeKey(byte[] bytes) {
          return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public byte[] encodeValue(String value) {
          return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decodeValue(byte[] bytes) {
          String value = new String(bytes, StandardCharsets.UTF_8);
          return value.startsWith("unreadable") ? null : value;
        }
      };

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Property(tries = 150)
  void behavesAsAHashMapWhoseSnapshotsNeverChange(
      @ForAll @Size(max = 300) List<@IntRange(max = 999_999) Integer> steps,
      @ForAll @IntRange(max = 60) int loading) {
    EncodedObjects<String, String> objects = new EncodedObjects<>(TEXT);
    Map<String, String> model = new HashMap<>();
    List<ObjectMap<String, String>> frozen = new ArrayList<>();
    List<Map<String, String>> expected = new ArrayList<>();
    int done = 0;
    for (int step : steps) {
      String key = "k" + step % 50;
      int what = step / 50 % 8;
      // Some records are larger than a segment, and their predecessors are left behind in others.
      int length = step / 400 % 40 == 0 ? 1_200_000 : step / 400 % 40_000;
      String value = (step + "-").repeat(1 + length / 8);
      if (done++ < loading) {
        objects.load(ByteBuffer.wrap(bytes(key)), what < 5 ? ByteBuffer.wrap(bytes(value)) : null);
        if (what < 5) {
          model.put(key, value);
        } else {
          model.remove(key);
        }
      } else if (what < 5) {
        assertThat(objects.put(key, value, bytes(key), bytes(value)))
            .isEqualTo(model.put(key, value));
      } else if (what < 7) {
        assertThat(objects.remove(key, null)).isEqualTo(model.remove(key));
      } else {
        frozen.add(objects.freeze());
        expected.add(new HashMap<>(model));
      }
      if (done == loading) {
        objects.tidy();
      }
      assertThat(objects.size()).isEqualTo(model.size());
      assertThat(objects.get(key)).isEqualTo(model.get(key));
    }
    frozen.add(objects.freeze());
    expected.add(model);
    for (int i = 0; i < frozen.size(); i++) {
      Map<String, String> walked = new HashMap<>();
      Iterator<Map.Entry<String, String>> entries = frozen.get(i).iterator(Map::entry, 0);
      entries.forEachRemaining(entry -> walked.put(entry.getKey(), entry.getValue()));
      assertThat(walked).isEqualTo(expected.get(i));
      assertThat(frozen.get(i).size()).isEqualTo(expected.get(i).size());
    }
  }

  @Example
  void whatCannotBeReadIsLeftOut() {
    EncodedObjects<String, String> objects = new EncodedObjects<>(TEXT);
    objects.load(ByteBuffer.wrap(bytes("a")), ByteBuffer.wrap(bytes("unreadable")));
    objects.load(ByteBuffer.wrap(bytes("b")), ByteBuffer.wrap(bytes("1")));
    List<String> walked = new ArrayList<>();
    objects.freeze().iterator((key, value) -> key + value, 0).forEachRemaining(walked::add);
    assertThat(walked).containsExactly("b1");
    assertThat(objects.get("a")).isNull();
  }

  @Example
  void spaceIsUsedAgain() {
    EncodedObjects<String, String> objects = new EncodedObjects<>(TEXT);
    String value = "x".repeat(1_000);
    for (int i = 0; i < 100_000; i++) {
      String key = "k" + i % 100;
      objects.put(key, value, bytes(key), bytes(value));
      if (i % 10 == 0) {
        objects.freeze();
      }
    }
    assertThat(objects.capacity()).isLessThan(3_000_000);
  }
}
