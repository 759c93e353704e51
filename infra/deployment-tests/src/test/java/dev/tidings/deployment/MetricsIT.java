package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsIT {
  @TempDir Path directory;

  @Test
  void dump() throws Exception {
    try (Running running = Running.start(directory)) {
      java.nio.file.Files.write(Path.of("/tmp/deploy/dedup.metrics"), running.dedupMetrics());
      java.nio.file.Files.write(Path.of("/tmp/deploy/worker.metrics"), running.workerMetrics());
      java.nio.file.Files.write(Path.of("/tmp/deploy/all.metrics"), running.metrics());
    }
  }
}
