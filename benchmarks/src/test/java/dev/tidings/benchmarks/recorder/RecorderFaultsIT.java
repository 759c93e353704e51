package dev.tidings.benchmarks.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.benchmarks.frame.Target;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A short version of {@code benchmarks/faults recorder}. */
class RecorderFaultsIT {
  @Test
  void killedProcessesLoseAndDoubleNothing() throws Exception {
    long seed = new SplittableRandom().nextLong(1_000_000);
    List<Target> targets = new RecorderFaults().run(Duration.ofSeconds(15), seed, System.out);
    assertThat(targets)
        .allSatisfy(
            target -> assertThat(target.isReached()).as("seed %d: %s", seed, target).isTrue());
  }
}
