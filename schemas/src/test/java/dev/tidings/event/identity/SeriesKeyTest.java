package dev.tidings.event.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.Events;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Protocol: "Series key = 128-bit hash of type, severity, source, object and message". */
class SeriesKeyTest {
  @Provide
  Arbitrary<Event> events() {
    return Events.any();
  }

  /**
   * Must never change. Computed from the drawn layout by xxhsum -H2, the reference implementation.
   */
  @Test
  void hasFixedValues() {
    assertThat(SeriesKey.of(Events.event().build())).hasToString(WITH_OBJECT);
    assertThat(SeriesKey.of(Events.event().setObject(null).build())).hasToString(WITHOUT_OBJECT);
  }

  private static final String WITH_OBJECT = "1db1d48882ef8aae791203b9fa547c61";
  private static final String WITHOUT_OBJECT = "6cd1757ee709b06ae3ccd5a0816148dc";

  @Property
  void doesNotDependOnWhatVariesBetweenRepeats(
      @ForAll("events") Event event, @ForAll("events") Event other) {
    Event repeat =
        Events.copy(event)
            .setId(other.getId())
            .setAttributes(other.getAttributes())
            .setFirstTimestamp(other.getFirstTimestamp())
            .setLastTimestamp(other.getLastTimestamp())
            .setCount(other.getCount())
            .build();

    assertThat(SeriesKey.of(repeat)).isEqualTo(SeriesKey.of(event));
  }

  @Test
  void dependsOnEveryOtherField() {
    List<SeriesKey> keys =
        Stream.of(
                Events.event(),
                Events.event().setType("cluster.LeaderLost"),
                Events.event().setSeverity(Severity.ERROR),
                Events.event().setSource(new Source("node-2", "controller")),
                Events.event().setSource(new Source("node-1", "scheduler")),
                Events.event().setSource(new Source("node-1c", "ontroller")),
                Events.event().setObject(null),
                Events.event().setObject(new ObjectReference("Node", "prod", "orders", "")),
                Events.event().setObject(new ObjectReference("Cluster", "test", "orders", "")),
                Events.event().setObject(new ObjectReference("Cluster", "prod", "users", "")),
                Events.event().setObject(new ObjectReference("Cluster", "prod", "orders", "1")),
                Events.event().setMessage("node-4 leads"),
                Events.event().setMessage(""))
            .map(builder -> SeriesKey.of(builder.build()))
            .toList();

    assertThat(keys).doesNotHaveDuplicates();
  }

  @Property
  void comesBackFromItsBytes(@ForAll long high, @ForAll long low) {
    SeriesKey key = new SeriesKey(high, low);

    assertThat(SeriesKey.fromBytes(key.toBytes())).isEqualTo(key);
  }

  @Test
  void refusesBytesOfAnotherLength() {
    assertThatThrownBy(() -> SeriesKey.fromBytes(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void recordKeyIsTheObjectOrElseTheSource() {
    assertThat(RecordKey.of(Events.event().build())).isEqualTo("Cluster/prod/orders");
    assertThat(RecordKey.of(Events.event().setObject(null).setAttributes(Map.of()).build()))
        .isEqualTo("node-1/controller");
  }
}
