package dev.tidings.dedup.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Patterns of types, what makes a series, and the limit of a source. */
class TypeRulesTest {

  @Test
  void aStarStandsForAnyCharacters() {
    assertThat(matches("disk.*", "disk.Failed")).isTrue();
    assertThat(matches("disk.*", "disk.")).isTrue();
    assertThat(matches("disk.*", "risk.Failed")).isFalse();
    assertThat(matches("*.Failed", "a.b.Failed")).isTrue();
    assertThat(matches("*.Failed", "a.FailedAgain")).isFalse();
    assertThat(matches("a*b*c", "aXbYbZc")).isTrue();
    assertThat(matches("a*b*c", "aXcYb")).isFalse();
    assertThat(matches("*", "")).isTrue();
    assertThat(matches("disk.Failed", "disk.Failed")).isTrue();
    assertThat(matches("disk?Failed", "disk.Failed")).isFalse();
    assertThatThrownBy(() -> new TypePattern("")).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean matches(String pattern, String type) {
    return new TypePattern(pattern).matches(type);
  }

  @Test
  void theFirstPatternThatMatchesWins() {
    TypeRules usual = new TypeRules(Duration.ofMinutes(5), SeriesFields.ALL);
    TypeRules failed = new TypeRules(Duration.ofMinutes(1), SeriesFields.ALL);
    TypeRules disk = new TypeRules(Duration.ofMinutes(2), SeriesFields.ALL);
    RuleBook book =
        new RuleBook(
            List.of(
                new RuleBook.Entry(new TypePattern("*.Failed"), failed),
                new RuleBook.Entry(new TypePattern("disk.*"), disk)),
            usual);

    assertThat(book.of("disk.Failed")).isEqualTo(failed);
    assertThat(book.of("disk.Slow")).isEqualTo(disk);
    assertThat(book.of("net.Down")).isEqualTo(usual);
    assertThat(book.hasOwnSeries()).isFalse();
  }

  @Test
  void onlyTheChosenFieldsMakeASeries() {
    Event a = event(Severity.WARN, "n1", "sda", "failed after 3 s");
    Event b = event(Severity.ERROR, "n2", "sda", "failed after 14 s");

    assertThat(key(a, "type", "severity", "source", "object", "message"))
        .isEqualTo(SeriesKey.of(a));
    assertThat(key(a, "object", "template")).isEqualTo(key(b, "object", "template"));
    assertThat(key(a, "object", "message")).isNotEqualTo(key(b, "object", "message"));
    assertThat(key(a, "source")).isNotEqualTo(key(b, "source"));
    assertThat(key(a, "severity")).isNotEqualTo(key(b, "severity"));
    assertThat(key(a, "type")).isEqualTo(key(b));
    assertThatThrownBy(() -> SeriesFields.parse(List.of("colour")))
        .hasMessageContaining("colour")
        .hasMessageContaining("template");
    assertThatThrownBy(() -> SeriesFields.parse(List.of("message", "template")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SeriesKey key(Event event, String... fields) {
    return SeriesFields.parse(List.of(fields)).keyOf(event);
  }

  private static Event event(Severity severity, String node, String name, String message) {
    return Event.newBuilder()
        .setId(new UUID(1, 2))
        .setType("disk.Failed")
        .setSeverity(severity)
        .setSource(new Source(node, "smartd"))
        .setObject(new ObjectReference("Disk", "", name, ""))
        .setMessage(message)
        .setFirstTimestamp(Instant.EPOCH)
        .setLastTimestamp(Instant.EPOCH)
        .build();
  }

  @Test
  void aBurstMayGoOutAtOnceAndThenOneEachRefill() {
    RateLimit limit = new RateLimit(2, Duration.ofSeconds(10));
    long first = limit.take(0, 1_000_000);
    long second = limit.take(first, 1_000_000);

    assertThat(first).isEqualTo(1_010_000);
    assertThat(second).isEqualTo(1_020_000);
    assertThat(limit.take(second, 1_000_000)).isEqualTo(RateLimit.WITHHELD);
    assertThat(limit.take(second, 1_009_999)).isEqualTo(RateLimit.WITHHELD);
    assertThat(limit.take(second, 1_010_000)).isEqualTo(1_030_000);
  }
}
