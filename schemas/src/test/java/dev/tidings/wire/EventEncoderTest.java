package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.event.limits.EventLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** The encoder without objects says what Avro, {@link SeriesKey} and {@link EventLimits} say. */
class EventEncoderTest {
  private static final int PREFIX = 20;
  private static final EventLimits LIMITS = new EventLimits(40, 20, 3, 12, 200);

  /** Used again and again, as it is in a recorder. */
  private static final EventEncoder ENCODER = new EventEncoder(LIMITS);

  @Property(tries = 3_000)
  void anEventWithinTheLimitsIsWrittenAsAvroWritesIt(@ForAll("events") Event event) {
    boolean fits =
        LIMITS.apply(event) instanceof EventLimits.Fits asIs && asIs.event().equals(event);

    encode(event);

    if (ENCODER.isWithinLimits()) {
      assertThat(fits).as("within the limits of the careful way, too").isTrue();
      assertThat(AvroBytes.decodeEvent(written(), 0)).isEqualTo(event);
      assertThat(written()).hasSameSizeAs(AvroBytes.encode(event));
      assertThat(seriesKey()).isEqualTo(SeriesKey.of(event));
      assertThat(objectKey(event)).isEqualTo(RecordKey.of(event));
    } else {
      assertThat(fits && hasOnlyShortCharacters(event)).as("fits, but was not taken").isFalse();
    }
  }

  private static void encode(Event event) {
    Map<String, String> attributes = event.getAttributes();
    ENCODER
        .start(PREFIX)
        .id(event.getId().getMostSignificantBits(), event.getId().getLeastSignificantBits())
        .type(EventEncoder.Text.of(event.getType()))
        .severity(event.getSeverity())
        .source(
            EventEncoder.Text.of(event.getSource().getNode()),
            EventEncoder.Text.of(event.getSource().getComponent()));
    ObjectReference object = event.getObject();
    if (object == null) {
      ENCODER.noObject();
    } else {
      ENCODER.object(object.getKind(), object.getNamespace(), object.getName(), object.getUid());
    }
    String[] names = attributes.keySet().toArray(new String[0]);
    ENCODER
        .message(event.getMessage())
        .attributes(
            names, Arrays.stream(names).map(attributes::get).toArray(String[]::new), names.length)
        .times(
            Micros.of(event.getFirstTimestamp()),
            Micros.of(event.getLastTimestamp()),
            event.getCount());
  }

  private static byte[] written() {
    return Arrays.copyOfRange(ENCODER.bytes(), PREFIX, ENCODER.length());
  }

  private static SeriesKey seriesKey() {
    ENCODER.putSeriesKey(2);
    return SeriesKey.fromBytes(Arrays.copyOfRange(ENCODER.bytes(), 2, 2 + SeriesKey.LENGTH));
  }

  private static String objectKey(Event event) {
    int start = ENCODER.length();
    if (event.getObject() == null) {
      ENCODER.append(RecordKey.of(event).getBytes(StandardCharsets.UTF_8));
    } else {
      ENCODER.appendObjectKey();
    }
    return new String(ENCODER.bytes(), start, ENCODER.length() - start, StandardCharsets.UTF_8);
  }

  /** Others may take the careful way although they fit: a surrogate pair counts as two here. */
  private static boolean hasOnlyShortCharacters(Event event) {
    return event.toString().chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  @Provide
  Arbitrary<Event> events() {
    Arbitrary<@Nullable ObjectReference> objects =
        Combinators.combine(names(), texts(14), names(), texts(14))
            .as(ObjectReference::new)
            .injectNull(0.3);
    Arbitrary<Map<String, String>> attributes =
        Arbitraries.maps(names(), texts(22)).ofMaxSize(4).map(HashMap::new);
    Arbitrary<Instant> times =
        Arbitraries.longs()
            .between(-1_000_000_000_000L, 4_000_000_000_000_000L)
            .map(Micros::toInstant);
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.of(Severity.class),
            objects,
            texts(44),
            attributes,
            times,
            Arbitraries.longs().between(-3_600_000_000L, 3_600_000_000L),
            Arbitraries.longs().between(0, Long.MAX_VALUE))
        .as(
            (id, severity, object, message, attribute, time, later, count) ->
                new Event(
                    new UUID(id, ~id),
                    "demo.Thing",
                    severity,
                    new Source("node-ä", "web"),
                    object,
                    message,
                    attribute,
                    time,
                    later < -3_000_000_000L
                        ? time.minusSeconds(1)
                        : time.plusMillis(Math.max(0, later / 1_000)),
                    count));
  }

  private static Arbitrary<String> names() {
    return texts(14);
  }

  private static Arbitrary<String> texts(int most) {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(most),
        Arbitraries.strings().withChars('a', '\0', 'é', '€', '\ud83d', '\ude00').ofMaxLength(most),
        Arbitraries.strings().all().ofMaxLength(most));
  }
}
