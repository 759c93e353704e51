package dev.tidings.informer.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ExpiryQueueTest {

  /** The model: all keys with their times, looked through each time. */
  @Property
  void takesOutWhatHasExpiredInOrder(
      @ForAll @Size(max = 200) List<@IntRange(max = 99_999) Integer> steps) {
    ExpiryQueue<String> queue = new ExpiryQueue<>();
    Map<String, Long> model = new HashMap<>();
    long now = 10_000;
    long place = 0;
    for (int step : steps) {
      String key = "k" + step % 7;
      int what = step / 7 % 4;
      long random = step / 28;
      if (what < 2) {
        long at = now - 2_000 + random * 7 % 9_000;
        queue.put(key, at);
        model.put(key, at);
      } else if (what == 2) {
        queue.remove(key);
        model.remove(key);
      } else {
        now += random % 3_000;
        long limit = now;
        List<String> expected = new ArrayList<>();
        model.forEach(
            (one, at) -> {
              if (at <= limit) {
                expected.add(one);
              }
            });
        expected.forEach(model::remove);
        List<ExpiryQueue.Expired<String>> expired = queue.takeExpired(now);
        assertThat(expired.stream().map(ExpiryQueue.Expired::key))
            .containsExactlyInAnyOrderElementsOf(expected);
        for (ExpiryQueue.Expired<String> one : expired) {
          assertThat(one.place()).isGreaterThanOrEqualTo(place);
          place = one.place() + 1;
        }
        assertThat(queue.place()).isGreaterThanOrEqualTo(place);
        place = queue.place();
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
  }

  @Example
  void everyReaderHasTheSameOrder() {
    ExpiryQueue<String> one = new ExpiryQueue<>();
    ExpiryQueue<String> other = new ExpiryQueue<>();
    for (int i = 0; i < 50; i++) {
      one.put("k" + i, 5_000 + i % 3);
      other.put("k" + (49 - i), 5_000 + (49 - i) % 3);
    }
    List<ExpiryQueue.Expired<String>> inTwo = new ArrayList<>(other.takeExpired(5_000));
    inTwo.addAll(other.takeExpired(9_000));
    assertThat(inTwo).isEqualTo(one.takeExpired(7_000));
  }
}
