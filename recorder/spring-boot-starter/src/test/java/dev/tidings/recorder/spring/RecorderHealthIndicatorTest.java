package dev.tidings.recorder.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.event.Severity;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.journal.JournalConfig;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** A recorder whose Kafka is away, at a time that the test says. */
class RecorderHealthIndicatorTest {
  private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

  private final EventRecorder recorder =
      EventRecorder.builder()
          .source("node-1", "test")
          .catalogue(Weather.class)
          .bootstrapServers("127.0.0.1:1")
          .registry("mock://recorder-health")
          .clock(() -> now)
          .journal(JournalConfig.inMemory().withMaxBytes(256 * 1024))
          .build();

  private final RecorderHealthIndicator indicator =
      new RecorderHealthIndicator(
          recorder, Duration.ofMinutes(5), Duration.ofMinutes(2), () -> now);

  @AfterEach
  void close() {
    recorder.close(Duration.ZERO);
  }

  @Test
  void kafkaMayBeAwayForAWhile() {
    recorder.record(Weather.Rain, Severity.INFO, "it rains");
    pass(Duration.ofMinutes(5));
    awaitLagTime();

    Health health = indicator.health();
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails())
        .containsEntry("recorded", 1L)
        .containsEntry("acknowledged", 0L)
        .containsEntry("lag", 1L)
        .containsEntry("lagTime", "PT5M")
        .containsEntry("lost", 0L)
        .doesNotContainKey("reason");
  }

  @Test
  void whatHasWaitedTooLongPutsItOutOfService() {
    recorder.record(Weather.Rain, Severity.INFO, "it rains");
    pass(Duration.ofMinutes(5).plusMillis(1));
    awaitLagTime();

    assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(indicator.health().getDetails().get("reason").toString()).contains("PT5M");
  }

  @Test
  void aLossTakesItDownForAWhileWhoeverAsks() {
    fill();

    Health health = indicator.health();
    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat((long) health.getDetails().get("lost")).isPositive();
    pass(Duration.ofMinutes(2).minusMillis(1));
    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
    pass(Duration.ofMillis(1));
    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void aLaterLossTakesItDownAgain() {
    fill();
    indicator.health();
    pass(Duration.ofMinutes(2));
    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);

    fill();
    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
  }

  /** Until the sender has seen that there is something. */
  private void awaitLagTime() {
    await().atMost(Duration.ofSeconds(20)).until(() -> recorder.counts().lagTime().toMillis() > 0);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  /** More than the journal holds. */
  private void fill() {
    String message = "x".repeat(8_000);
    for (int i = 0; i < 64; i++) {
      recorder.record(Weather.Rain, Severity.INFO, message);
    }
  }
}
