package dev.tidings.informer.reflector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadProgressTest {

  @Test
  void tellsHowFarItIsAndHowLongTheRestTakes() {
    LoadProgress quarter = new LoadProgress(40, 50, 200, Duration.ofSeconds(3));
    assertThat(quarter.percent()).isEqualTo(25);
    assertThat(quarter.remaining()).contains(Duration.ofSeconds(9));
    LoadProgress done = new LoadProgress(160, 200, 200, Duration.ofSeconds(12));
    assertThat(done.percent()).isEqualTo(100);
    assertThat(done.remaining()).contains(Duration.ZERO);
  }

  @Test
  void saysNothingBeforeAnythingWasRead() {
    assertThat(new LoadProgress(0, 0, 200, Duration.ofSeconds(3)).remaining()).isEmpty();
    assertThat(LoadProgress.NONE.percent()).isEqualTo(100);
  }
}
