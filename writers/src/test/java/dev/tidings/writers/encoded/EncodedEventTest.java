package dev.tidings.writers.encoded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.Severity;
import dev.tidings.event.json.EventJson;
import dev.tidings.wire.AvroBytes;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;
import dev.tidings.writers.TestEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Against the full decoder and Jackson, which do the same the long way. */
class EncodedEventTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  static Arbitrary<Event> hostileEvents() {
    return TestEvents.hostileEvents(40);
  }

  @Property
  void theFieldsAreThoseOfTheDecodedEvent(@ForAll("hostileEvents") Event event) {
    EncodedEvent encoded = EncodedEvent.of(event);

    assertThat(encoded.decode()).isEqualTo(event);
    assertSame(encoded, event);
  }

  private static void assertSame(EncodedEvent encoded, Event event) {
    assertThat(encoded.id()).hasToString(event.getId().toString());
    assertThat(encoded.type()).hasToString(event.getType());
    assertThat(encoded.severity()).isEqualTo(event.getSeverity());
    assertThat(encoded.node()).hasToString(event.getSource().getNode());
    assertThat(encoded.component()).hasToString(event.getSource().getComponent());
    if (event.getObject() == null) {
      assertThat(encoded.object()).isNull();
    } else {
      assertThat(encoded.object().kind()).hasToString(event.getObject().getKind());
      assertThat(encoded.object().namespace()).hasToString(event.getObject().getNamespace());
      assertThat(encoded.object().name()).hasToString(event.getObject().getName());
      assertThat(encoded.object().uid()).hasToString(event.getObject().getUid());
    }
    assertThat(encoded.message()).hasToString(event.getMessage());
    assertThat(encoded.attributeMap()).isEqualTo(new TreeMap<>(event.getAttributes()));
    assertThat(encoded.firstMicros()).isEqualTo(Micros.of(event.getFirstTimestamp()));
    assertThat(encoded.lastMicros()).isEqualTo(Micros.of(event.getLastTimestamp()));
    assertThat(encoded.count()).isEqualTo(event.getCount());
  }

  /** What is read in place is what the decoder reads; all else is left to the decoder. */
  @Property(tries = 5_000)
  void bytesThatAreWrongAreNeverReadAsSomethingElse(
      @ForAll("hostileEvents") Event event, @ForAll long seed) {
    byte[] bytes = AvroBytes.encode(event);
    Random random = new Random(seed);
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = -1;
        default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 3));
      }
    }
    Optional<EncodedEvent> encoded = EncodedEvent.read(bytes, 0);
    if (encoded.isPresent()) {
      assertSame(encoded.get(), AvroBytes.decodeEvent(bytes, 0));
    }
  }

  @Test
  void whatTheDecoderRefusesIsNotRead() {
    byte[] bytes = AvroBytes.encode(TestEvents.withId(1, 1));

    assertThat(EncodedEvent.read(bytes, 0)).isPresent();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(EncodedEvent.read(Arrays.copyOf(bytes, length), 0)).as("%d", length).isEmpty();
    }
    assertThat(EncodedEvent.read(Arrays.copyOf(bytes, bytes.length + 1), 0)).isEmpty();
  }

  /** Other encoders may write several blocks, with their sizes. */
  @Test
  void attributesInSeveralBlocksAreOrderedAndTheLastOfANameCounts() throws MalformedValueException {
    Event plain = TestEvents.withId(1, 1);
    byte[] bytes = AvroBytes.encode(plain);
    byte[] one = {2, 2, 'a', 2, 'b', 0};
    int at =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .indexOf(new String(one, StandardCharsets.ISO_8859_1));
    byte[] blocks = {3, 16, 2, 'z', 2, '1', 2, 'a', 2, '2', 2, 2, 'z', 2, '3', 0};
    byte[] other = new byte[bytes.length - one.length + blocks.length];
    System.arraycopy(bytes, 0, other, 0, at);
    System.arraycopy(blocks, 0, other, at, blocks.length);
    System.arraycopy(
        bytes, at + one.length, other, at + blocks.length, bytes.length - at - one.length);

    EncodedEvent encoded = EncodedEvent.read(other, 0).orElseThrow();

    assertSame(encoded, AvroBytes.decodeEvent(other, 0));
    assertThat(encoded.attributeMap()).hasToString("{a=2, z=3}");
    assertThat(encoded.attributes().get(Text.of("z"))).hasToString("3");
    assertThat(encoded.attributes().get(Text.of("y"))).isSameAs(Text.EMPTY);
    JsonBuffer json = new JsonBuffer();
    json.event(encoded);
    assertThat(json.toString()).contains("\"attributes\":{\"a\":\"2\",\"z\":\"3\"}");
  }

  @Property
  void jsonIsThatOfTheLongWay(@ForAll("hostileEvents") Event event) throws Exception {
    JsonBuffer json = new JsonBuffer();
    json.event(EncodedEvent.of(event));

    assertThat(JSON.readTree(json.toByteArray())).isEqualTo(JSON.readTree(EventJson.format(event)));
    assertThat(json.toString().chars()).noneMatch(c -> c < ' ');
  }

  @Test
  void jsonIsTheSameToTheByte() {
    Event event =
        TestEvents.event(
            "demo.Started", Severity.WARN, "tab\t quote\" slash\\/ bell\u0007 \u00e9\ud83d\ude00");
    JsonBuffer json = new JsonBuffer();
    json.event(EncodedEvent.of(event));

    assertThat(json).hasToString(EventJson.format(event));
  }

  @Test
  void whatIsNotUtf8IsReplaced() {
    byte[] bytes = {'a', (byte) 0xff, 'b', (byte) 0xc3};
    JsonBuffer json = new JsonBuffer();
    json.string(new Text(bytes, 0, bytes.length));

    assertThat(json).hasToString("\"a\ufffdb\ufffd\"");
  }

  @Property
  void timesAreThoseOfInstant(
      @ForAll @LongRange(min = -70_000_000_000_000_000L, max = 260_000_000_000_000_000L)
          long micros) {
    assertTime(micros);
    assertTime(Math.floorDiv(micros, 1_000) * 1_000);
    assertTime(Math.floorDiv(micros, 1_000_000) * 1_000_000);
  }

  @Test
  void timesAtTheEdges() {
    for (String time :
        List.of(
            "0000-01-01T00:00:00Z",
            "-0001-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59.999999Z",
            "+10000-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "2000-02-29T12:00:00.001Z",
            "1900-03-01T00:00:00Z",
            "2024-02-29T23:59:59.000001Z")) {
      assertTime(Micros.of(Instant.parse(time)));
    }
  }

  private static void assertTime(long micros) {
    Instant time = Micros.toInstant(micros);
    TextBuffer buffer = new TextBuffer();
    buffer.time(micros);
    assertThat(buffer).hasToString(time.toString());
    buffer.truncate(0);
    boolean hasFourDigits = time.toString().matches("\\d{4}-.*");
    assertThat(buffer.timeInMicros(micros)).isEqualTo(hasFourDigits);
    if (hasFourDigits) {
      assertThat(Instant.parse(buffer.toString())).isEqualTo(time);
      assertThat(buffer.size()).isEqualTo(27);
    }
  }

  @Property
  void numbersAreThoseOfJava(@ForAll long number) {
    TextBuffer buffer = new TextBuffer();
    buffer.number(number);
    assertThat(buffer).hasToString(Long.toString(number));
  }

  @Property
  void aBatchIsItsEntries(@ForAll("hostileEvents") Event event, @ForAll long occurrences) {
    EventBatch batch =
        new EventBatch(
            3,
            7L,
            TestEvents.TIME,
            TestEvents.TIME,
            9L,
            List.of(
                new BatchEntry(event, occurrences), new BatchEntry(TestEvents.withId(1, 2), 1L)));

    EncodedBatch encoded = EncodedBatch.read(AvroBytes.encode(batch), 0).orElseThrow();

    assertThat(encoded.entries()).hasSize(2);
    assertThat(encoded.entries().get(0).event().decode()).isEqualTo(event);
    assertThat(encoded.entries().get(0).occurrences()).isEqualTo(occurrences);
    assertThat(encoded.entries().get(1).event().decode()).isEqualTo(TestEvents.withId(1, 2));
  }
}
