package dev.tidings.informer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplayControlTest {
  private static final long DAY = Duration.ofDays(1).toNanos();

  private final JumpingTime time = new JumpingTime();
  private final ReplayControl control = time.control();

  @Test
  void aTurnComesWhenItIsDueAndNotBefore() throws Exception {
    assertThat(control.awaitTurn(0)).isTrue();
    assertThat(time.nowNanos()).isZero();
    assertThat(control.awaitTurn(700)).isTrue();
    assertThat(time.nowNanos()).isEqualTo(700);
    time.pass(100);
    assertThat(control.awaitTurn(750)).isTrue();
    assertThat(time.nowNanos()).isEqualTo(800);
  }

  @Test
  void whatIsPausedIsAddedToThePace() throws Exception {
    assertThat(control.awaitTurn(100)).isTrue();
    control.pause();
    time.whenPaused(
        () -> {
          time.pass(1_000);
          control.resume();
        });
    assertThat(control.awaitTurn(150)).isTrue();
    assertThat(time.nowNanos()).isEqualTo(1_150);
    assertThat(control.awaitTurn(200)).isTrue();
    assertThat(time.nowNanos()).isEqualTo(1_200);
  }

  @Test
  void stepsGoAtOnceAndThePaceGoesOnFromTheLast() throws Exception {
    control.step(2);
    assertThat(control.awaitTurn(DAY)).isTrue();
    assertThat(control.awaitTurn(DAY + 10)).isTrue();
    assertThat(time.nowNanos()).isZero();
    time.whenPaused(
        () -> {
          time.pass(1_000);
          control.resume();
        });
    // Five after the last step, not a day: and what the pause took.
    assertThat(control.awaitTurn(DAY + 15)).isTrue();
    assertThat(time.nowNanos()).isEqualTo(1_005);
  }

  @Test
  void stopEndsAWait() throws Exception {
    ReplayControl real = new ReplayControl();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return real.awaitTurn(real.now() + DAY);
              } catch (InterruptedException e) {
                return true;
              }
            });
    real.stop();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isFalse();
    assertThat(real.awaitTurn(0)).isFalse();
  }
}
