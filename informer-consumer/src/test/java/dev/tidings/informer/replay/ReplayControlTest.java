package dev.tidings.informer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReplayControlTest {
  private final AtomicLong now = new AtomicLong();
  private final ReplayControl control = new ReplayControl(now::get);

  private CompletableFuture<Boolean> turn(long dueNanos) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return control.awaitTurn(dueNanos);
          } catch (InterruptedException e) {
            return false;
          }
        });
  }

  @Test
  void stepsGoAtOnceAndThenItWaits() throws Exception {
    control.step(2);
    long due = Duration.ofDays(1).toNanos();
    assertThat(turn(due).get()).isTrue();
    assertThat(turn(due).get()).isTrue();
    CompletableFuture<Boolean> third = turn(due + 5);
    control.resume();
    // The pace goes on from the last step, not from a day ahead. What the clock shows when the
    // resume is noticed belongs to the pause; so it is moved on until the turn has come.
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              now.addAndGet(10);
              return third.isDone();
            });
    assertThat(third.get()).isTrue();
    assertThat(now.get()).isLessThan(due);
  }

  @Test
  void stopEndsAWait() throws Exception {
    CompletableFuture<Boolean> waiting = turn(Duration.ofDays(1).toNanos());
    control.stop();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isFalse();
    assertThat(turn(0).get()).isFalse();
  }
}
