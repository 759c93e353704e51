package dev.tidings.informer.reflector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private static List<Long> delays(Backoff backoff, int count) {
    return Stream.generate(() -> backoff.next().toMillis()).limit(count).toList();
  }

  @Test
  void doublesUpToTheLongestAndBeginsAnew() {
    Backoff backoff = new Backoff(FIRST, LONGEST, () -> 0.5);
    assertThat(delays(backoff, 5)).containsExactly(200L, 400L, 800L, 1_000L, 1_000L);
    backoff.reset();
    assertThat(delays(backoff, 1)).containsExactly(200L);
  }

  @Test
  void chanceShortensAndLengthensByUpToAHalf() {
    assertThat(delays(new Backoff(FIRST, LONGEST, () -> 0), 4))
        .containsExactly(100L, 200L, 400L, 500L);
    assertThat(delays(new Backoff(FIRST, LONGEST, () -> 0.999), 3))
        .containsExactly(300L, 600L, 1_000L);
  }
}
