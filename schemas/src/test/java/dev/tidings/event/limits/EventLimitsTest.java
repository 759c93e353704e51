package dev.tidings.event.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Events;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Source;
import dev.tidings.event.limits.EventLimits.Fits;
import dev.tidings.event.limits.EventLimits.Refused;
import dev.tidings.wire.AvroBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Protocol: "Limits". */
class EventLimitsTest {
  private static final EventLimits LIMITS = EventLimits.DEFAULT;

  @Provide
  Arbitrary<Event> events() {
    return Events.any();
  }

  @Provide
  Arbitrary<String> texts() {
    return Events.text(0, 60);
  }

  @Property
  void whatIsWithinThemIsLeftAlone(@ForAll("events") Event event) {
    Fits fits = (Fits) LIMITS.apply(event);

    assertThat(fits.event()).isSameAs(event);
    assertThat(fits.cut()).isEmpty();
  }

  @Property
  void textIsCutAtACharacterBoundary(
      @ForAll("texts") String text, @ForAll @IntRange(min = 0, max = 250) int bytes) {
    String cut = Text.cutToUtf8(text, bytes);

    assertThat(text).startsWith(cut);
    assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(bytes);
    assertThat(Text.isWellFormed(cut)).isTrue();
    if (cut.length() < text.length()) {
      int next = cut.length() + Character.charCount(text.codePointAt(cut.length()));
      assertThat(text.substring(0, next).getBytes(StandardCharsets.UTF_8).length)
          .isGreaterThan(bytes);
    }
  }

  @Test
  void aLongMessageIsCutAndMarked() {
    Fits fits =
        (Fits) LIMITS.apply(Events.event().setMessage("é".repeat(10 * 1024 * 1024)).build());

    assertThat(fits.event().getMessage()).isEqualTo("é".repeat(4 * 1024));
    assertThat(fits.event().getAttributes()).containsEntry("tidings.truncated", "message");
    assertThat(fits.cut()).containsExactly("message");
    assertThat(LIMITS.violation(fits.event(), AvroBytes.encode(fits.event()).length)).isNull();
  }

  @Test
  void aLongAttributeIsCutAndMarked() {
    Fits fits =
        (Fits) LIMITS.apply(Events.event().setAttributes(Map.of("a", "x".repeat(5000))).build());

    assertThat(fits.event().getAttributes())
        .containsEntry("a", "x".repeat(4096))
        .containsEntry("tidings.truncated", "attribute a");
  }

  @Test
  void surplusAttributesAreLeftOutSoThatTheMarkFitsToo() {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < 70; i++) {
      attributes.put("a%02d".formatted(i), "");
    }
    Fits fits = (Fits) LIMITS.apply(Events.event().setAttributes(attributes).build());

    assertThat(fits.event().getAttributes())
        .hasSize(64)
        .containsEntry("tidings.truncated", "7 attributes")
        .containsKeys("a00", "a62")
        .doesNotContainKey("a63");
  }

  @Test
  void exactlyAsManyAttributesAsAllowedAreKept() {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < 64; i++) {
      attributes.put("a" + i, "");
    }

    assertThat(LIMITS.apply(Events.event().setAttributes(attributes).build()))
        .isInstanceOfSatisfying(Fits.class, fits -> assertThat(fits.cut()).isEmpty());
  }

  @Test
  void unpairedSurrogatesInTextAreReplaced() {
    Fits fits = (Fits) LIMITS.apply(Events.event().setMessage("a\uD800b").build());

    assertThat(fits.event().getMessage()).isEqualTo("a\uFFFDb");
  }

  @Test
  void whatElseIsOverALimitIsRefusedWithTheReason() {
    assertRefused(Events.event().setType(""), "type is empty");
    assertRefused(
        Events.event().setSource(new Source("n".repeat(257), "c")),
        "source.node has 257 characters; at most 256 are allowed");
    assertRefused(
        Events.event().setSource(new Source("n", "c\0")), "source.component holds a NUL character");
    assertRefused(
        Events.event().setObject(new ObjectReference("k", "n", "\uDC00", "")),
        "object.name holds an unpaired surrogate");
    assertRefused(Events.event().setAttributes(Map.of("", "x")), "attribute name is empty");
    assertRefused(Events.event().setCount(0), "count is 0; it must be at least 1");
    assertRefused(
        Events.event().setLastTimestamp(Instant.EPOCH),
        "last time 1970-01-01T00:00:00Z is before first time 2026-01-31T12:00:00.123456Z");
    Map<String, String> large = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      large.put("a" + i, "x".repeat(4096));
    }
    assertRefused(
        Events.event().setAttributes(large), "event has 82,162 bytes; at most 65,536 are allowed");
  }

  @Test
  void twoHundredAndFiftySixCharactersAreAllowedHoweverManyBytesTheyHave() {
    assertThat(LIMITS.apply(Events.event().setSource(new Source("😀".repeat(256), "c")).build()))
        .isInstanceOf(Fits.class);
  }

  @Test
  void overTheWireNothingIsCutAndEveryLimitCounts() {
    Event longMessage = Events.event().setMessage("x".repeat(8193)).build();

    assertThat(LIMITS.violation(longMessage, 9000)).isEqualTo("message has more than 8,192 bytes");
    assertThat(LIMITS.violation(Events.event().build(), 65_537)).contains("65,537 bytes");
    assertThat(
            LIMITS.violation(
                Events.event().setAttributes(Map.of("a", "x".repeat(4097))).build(), 5000))
        .isEqualTo("attribute 'a' has a value of more than 4,096 bytes");
    assertThat(LIMITS.violation(Events.event().build(), 100)).isNull();
  }

  private static void assertRefused(Event.Builder event, String reason) {
    assertThat(LIMITS.apply(event.build())).isEqualTo(new Refused(reason));
  }
}
