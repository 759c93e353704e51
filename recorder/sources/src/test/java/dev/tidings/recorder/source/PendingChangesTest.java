package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingChangesTest {
  private final PendingChanges pending =
      new PendingChanges(Duration.ofNanos(100), Duration.ofNanos(1_000), 3);

  @Test
  void aPathIsDueWhenItWasLeftAlone() {
    pending.touch("a", false, 0);
    pending.touch("a", true, 60);
    assertThat(pending.nanosUntilDue(100)).isEqualTo(60);
    assertThat(pending.take(159).isEmpty()).isTrue();
    assertThat(pending.take(160)).isEqualTo(new PendingChanges.Due(Map.of("a", true), false));
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.nanosUntilDue(200)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPathThatIsNeverLeftAloneIsDueAtLast() {
    for (long now = 0; now < 1_000; now += 50) {
      pending.touch("busy", true, now);
      assertThat(pending.take(now).isEmpty()).isTrue();
    }
    assertThat(pending.take(1_000).modified()).containsOnlyKeys("busy");
  }

  @Test
  void whatIsAlmostDueGoesAlong() {
    pending.touch("from", false, 0);
    pending.touch("to", false, 40);
    pending.touch("later", false, 90);
    assertThat(pending.take(100).modified()).containsOnlyKeys("from", "to");
    assertThat(pending.takeAll().modified()).containsOnlyKeys("later");
  }

  @Test
  void tooManyAreAll() {
    for (int i = 0; i < 10; i++) {
      pending.touch("f" + i, true, i);
    }
    assertThat(pending.take(102).isEmpty()).isTrue();
    assertThat(pending.take(103)).isEqualTo(new PendingChanges.Due(Map.of(), true));
    assertThat(pending.isEmpty()).isTrue();
  }
}
