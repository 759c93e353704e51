package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.Events;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Protocol: "a new state is the old bytes with a new tail, without decoding". */
class EventTailTest {
  @Provide
  Arbitrary<Event> events() {
    return Events.any();
  }

  @Property
  void readsWhatAvroWrote(@ForAll("events") Event event) {
    EventTail tail = EventTail.read(AvroBytes.encode(event));

    assertThat(Micros.toInstant(tail.firstMicros())).isEqualTo(event.getFirstTimestamp());
    assertThat(Micros.toInstant(tail.lastMicros())).isEqualTo(event.getLastTimestamp());
    assertThat(tail.count()).isEqualTo(event.getCount());
  }

  @Property
  void givesTheBytesThatAvroWouldWrite(@ForAll("events") Event old, @ForAll("events") Event other) {
    Event changed =
        Events.copy(old)
            .setFirstTimestamp(other.getFirstTimestamp())
            .setLastTimestamp(other.getLastTimestamp())
            .setCount(other.getCount())
            .build();
    EventTail tail = EventTail.read(AvroBytes.encode(other));

    assertThat(tail.replaceIn(AvroBytes.encode(old))).isEqualTo(AvroBytes.encode(changed));
  }

  @Property
  void writesEveryLong(@ForAll long first, @ForAll long last, @ForAll long count) {
    EventTail tail = new EventTail(first, last, count);

    assertThat(EventTail.read(tail.replaceIn(AvroBytes.encode(Events.event().build()))))
        .isEqualTo(tail);
  }

  @Property
  void refusesBytesThatAreNoEventInsteadOfReadingBeyondThem(@ForAll byte[] bytes) {
    try {
      EventTail.read(bytes);
    } catch (MalformedValueException e) {
      assertThat(e).hasMessage("value does not end with an event's times and count");
    }
  }

  @Test
  void refusesNothingAtAll() {
    assertThatThrownBy(() -> EventTail.read(new byte[0]))
        .isInstanceOf(MalformedValueException.class);
  }
}
