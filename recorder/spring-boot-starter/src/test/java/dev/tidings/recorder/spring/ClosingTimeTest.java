package dev.tidings.recorder.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosingTimeTest {
  private final ClosingTime time = new ClosingTime(Duration.ofSeconds(10));

  @Test
  void aTenthIsKeptForClosing() {
    assertThat(time.leftForFlushing()).isEqualTo(Duration.ofSeconds(9));
    assertThat(time.left()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void whatIsSpentIsNotLeftUntilItRestarts() {
    time.spend(Duration.ofSeconds(4));
    assertThat(time.left()).isEqualTo(Duration.ofSeconds(6));
    time.spend(Duration.ofSeconds(7));
    assertThat(time.left()).isZero();
    assertThat(time.leftForFlushing()).isZero();

    time.restart();
    assertThat(time.left()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void itCannotBeNegative() {
    assertThatThrownBy(() -> new ClosingTime(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tidings.recorder.close-timeout");
  }
}
