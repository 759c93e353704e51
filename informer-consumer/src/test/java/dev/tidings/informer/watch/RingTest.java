package dev.tidings.informer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.Uuid;

class RingTest {
  private static final Uuid TOPIC = Uuid.randomUuid();
  private static final Duration REACH = Duration.ofSeconds(75);

  private static Ring<String, String> ring(int least, int most) {
    return new Ring<>(RingSize.between(least, most, REACH), ResourceVersion.beginning(TOPIC));
  }

  private static void append(Ring<String, String> ring, long offset, long nowMillis) {
    ring.append(List.of(new LogChange<>(0, offset, "k", "v" + offset, null)), nowMillis, true);
  }

  @Example
  void growsWhileChangesComeFastAndShrinksWhenTheyDoNot() {
    Ring<String, String> ring = ring(4, 64);
    long offset = 0;
    for (; offset < 200; offset++) {
      append(ring, offset, offset);
    }
    assertThat(ring.capacity()).isEqualTo(64);
    // One each 20 seconds: a quarter of 16 reaches back further than 75 seconds.
    for (; offset < 400; offset++) {
      append(ring, offset, offset * 20_000);
    }
    assertThat(ring.capacity()).isEqualTo(8);
    long first = offset - ring.capacity();
    assertThat(ring.read(first)).isNotNull();
    assertThat(ring.attach(ResourceVersion.of(TOPIC, first))).isEqualTo(Ring.NOT_COVERED);
    assertThat(ring.attach(ResourceVersion.of(TOPIC, first + 3))).isEqualTo(first + 3);
    assertThat(ring.attach(ResourceVersion.of(TOPIC, first - 1))).isEqualTo(Ring.NOT_COVERED);
  }

  /** Offsets equal sequences here, so that whatever can be read can be checked. */
  @Property
  void whatCanBeReadIsRightThroughResizes(
      @ForAll @Size(max = 300) List<@IntRange(max = 60_000) Integer> pauses) {
    Ring<String, String> ring = ring(2, 32);
    long now = 0;
    for (int sequence = 0; sequence < pauses.size(); sequence++) {
      now += pauses.get(sequence) % 3 == 0 ? pauses.get(sequence) : 1;
      append(ring, sequence, now);
      assertThat(ring.capacity()).isBetween(2, 32);
      for (int earlier = 0; earlier <= sequence; earlier++) {
        LogChange<String, String> change = ring.read(earlier);
        if (change != null) {
          assertThat(change.offset()).isEqualTo(earlier);
        }
        long attached = ring.attach(ResourceVersion.of(TOPIC, earlier));
        assertThat(attached == Ring.NOT_COVERED || attached == earlier).isTrue();
        assertThat(attached == Ring.NOT_COVERED || change != null).isTrue();
      }
      assertThat(ring.read(sequence)).isNotNull();
    }
  }

  @Example
  void expiriesThatLeftAreForgotten() {
    Ring<String, String> ring = ring(8, 8);
    ResourceVersion asOf = ResourceVersion.of(TOPIC, 1);
    for (int place = 10; place < 20; place++) {
      ring.append(List.of(LogChange.expired(place, "k" + place, "v", asOf)), 0, true);
    }
    assertThat(ring.attach(asOf.withExpiry(11))).isEqualTo(Ring.EXPIRIES_FORGOTTEN);
    assertThat(ring.attach(asOf.withExpiry(18))).isEqualTo(8);
    ring.forgetExpiriesBefore(100);
    assertThat(ring.attach(asOf.withExpiry(18))).isEqualTo(Ring.EXPIRIES_FORGOTTEN);
  }
}
