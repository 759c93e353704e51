package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TidingsTest {
  private enum Thing {
    Happened
  }

  @Test
  void withoutARecorderEventsAreDroppedAndNothingIsThrown() throws Exception {
    EventRecorder none = Tidings.recorder();
    none.record("demo.Thing", Severity.INFO, "hello");
    assertThat(none.event(Thing.Happened).object("a", "b", "c").submit().get())
        .isInstanceOfSatisfying(
            RecordResult.Failed.class,
            failed -> assertThat(failed.reason()).contains("Tidings.install(recorder)"));
    assertThat(none.counts().dropped()).isNotEmpty();
    assertThat(none.flush(Duration.ZERO)).isTrue();
  }

  @Test
  void theOneInstalledIsUsedUntilItIsTakenBack() {
    EventRecorder before = Tidings.recorder();
    try (EventRecorder mine = recorder();
        EventRecorder other = recorder()) {
      assertThat(Tidings.install(mine)).isSameAs(before);
      assertThat(Tidings.recorder()).isSameAs(mine);
      assertThat(Tidings.uninstall(other)).isFalse();
      assertThat(Tidings.recorder()).isSameAs(mine);
      assertThat(Tidings.uninstall(mine)).isTrue();
      assertThat(Tidings.recorder()).isSameAs(before);
    }
  }

  private static EventRecorder recorder() {
    return EventRecorder.builder()
        .source("node", "component")
        .bootstrapServers("127.0.0.1:1")
        .registry("mock://tidings-test")
        .build();
  }
}
