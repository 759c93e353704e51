package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FakeRecorderTest {
  enum FakeThing {
    Happened
  }

  enum Stranger {
    Unknown
  }

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.000001Z");

  private final FakeRecorder recorder =
      FakeRecorder.of(Clock.fixed(NOW, ZoneOffset.UTC), FakeThing.class);

  @Test
  void keepsWhatIsRecordedInOrder() {
    recorder.record(FakeThing.Happened, Severity.WARN, "one");
    recorder
        .event(FakeThing.Happened)
        .object("Disk", "rack-1", "sda")
        .attribute("temperature", "71")
        .message("two")
        .record();

    assertThat(recorder.events()).extracting(Event::getMessage).containsExactly("one", "two");
    Event second = recorder.events().get(1);
    assertThat(second.getObject().getName()).isEqualTo("sda");
    assertThat(second.getAttributes()).containsEntry("temperature", "71");
    assertThat(second.getFirstTimestamp()).isEqualTo(NOW);
    assertThat(second.getId().version()).isEqualTo(7);
    assertThat(recorder.counts().recorded()).isEqualTo(2);
    recorder.clear();
    assertThat(recorder.events()).isEmpty();
  }

  @Test
  void throwsWhatARealOneWouldRefuse() {
    assertThatThrownBy(() -> recorder.record(Stranger.Unknown, Severity.INFO, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Stranger.Unknown");
    assertThatThrownBy(() -> recorder.event(FakeThing.Happened).attribute(null, "x").record())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attribute name");
    assertThat(recorder.events()).isEmpty();
  }

  @Test
  void saysWhatWasCutAndWhatCameTooLate() {
    String longest = "x".repeat(100_000);
    assertThat(recorder.event(FakeThing.Happened).message(longest).submit().join())
        .isInstanceOfSatisfying(
            RecordResult.Acknowledged.class, result -> assertThat(result.cut()).isNotEmpty());
    assertThat(recorder.counts().truncated()).isOne();
    recorder.close();
    assertThat(recorder.event(FakeThing.Happened).submit().join())
        .isInstanceOf(RecordResult.Failed.class);
  }
}
