package dev.tidings.cli.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.replay.ReplayPoint;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class LogPointTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2h,2026-01-31T10:00:00Z",
    "PT30S,2026-01-31T11:59:30Z",
    "2026-01-30T00:00:00Z,2026-01-30T00:00:00Z",
    "2026-01-30T02:00:00+02:00,2026-01-30T00:00:00Z",
    "2026-01-30T01:00,2026-01-30T00:00:00Z",
    "2026-01-30,2026-01-29T23:00:00Z",
    "09:30,2026-01-31T08:30:00Z"
  })
  void timesAndDurationsAreMomentsInTheLocalZone(String text, Instant meant) {
    assertThat(LogPoint.parse(text, CLOCK).point()).isEqualTo(ReplayPoint.time(meant));
  }

  @Test
  void offsetsVersionsAndEnds() {
    ResourceVersion version = ResourceVersion.of(Uuid.randomUuid(), 3, 4);
    assertThat(LogPoint.parse("42", CLOCK).point()).isEqualTo(ReplayPoint.offset(42));
    assertThat(LogPoint.parse("beginning", CLOCK).point()).isEqualTo(ReplayPoint.beginning());
    assertThat(LogPoint.parse("now", CLOCK).point()).isEqualTo(ReplayPoint.end());
    assertThat(LogPoint.parse(version.asText(), CLOCK).point())
        .isEqualTo(ReplayPoint.version(version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-5", "2026-13-01", "99999999999999999999"})
  void whatIsNoneIsSaidWithWhatCouldBe(String text) {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> LogPoint.parse(text, CLOCK))
        .withMessageContaining("no point of a log")
        .withMessageContaining("2026-01-31T12:00");
  }

  @Property
  void nothingElseIsThrown(@ForAll String text) {
    try {
      assertThat(LogPoint.parse(text, CLOCK).text()).isEqualTo(text);
    } catch (TypeConversionException e) {
      assertThat(e).hasMessageContaining("no point of a log");
    }
  }
}
