package dev.tidings.benchmarks.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void saysWhatWasMeasuredWhatWasNeededAndWhetherItIsEnough() {
    assertThat(Target.atMost("e2e.latency.p50", 1.256, 1.5).line())
        .isEqualTo("TARGET e2e.latency.p50 1.26 <=1.50 PASS");
    assertThat(Target.atLeast("e2e.throughput", 0.04, 0.05).line())
        .isEqualTo("TARGET e2e.throughput 0.04 >=0.05 SHORT");
    assertThat(Target.atMost("faults.e2e.lost", 0, 0).line())
        .isEqualTo("TARGET faults.e2e.lost 0 <=0 PASS");
    assertThat(Target.atMost("faults.e2e.lost", 1, 0).isReached()).isFalse();
  }

  @Test
  void whatIsNoNumberIsNotReached() {
    assertThat(Target.atMost("x", Double.NaN, 1).isReached()).isFalse();
    assertThat(Target.atLeast("x", Double.NaN, 1).isReached()).isFalse();
  }
}
