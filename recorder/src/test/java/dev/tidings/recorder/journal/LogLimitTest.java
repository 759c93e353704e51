package dev.tidings.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogLimitTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final LogLimit limit = new LogLimit(Duration.ofNanos(10), nanos::get);
  private final List<String> logged = new ArrayList<>();

  @Test
  void letsEachCauseThroughOncePerPeriodAlsoWhenTheNanosOverflow() {
    log("a");
    log("b");
    log("a");
    nanos.addAndGet(9);
    log("a");
    nanos.addAndGet(1);
    log("a");
    log("a");

    assertThat(logged).containsExactly("a", "b", "a");
  }

  private void log(String cause) {
    limit.run(cause, () -> logged.add(cause));
  }
}
