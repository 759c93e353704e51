package dev.tidings.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.dedup.rules.Maintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceFileTest {
  @TempDir Path directory;

  @Test
  void isSwitchedByWhatTheFileSays() throws IOException {
    Path path = directory.resolve("maintenance");
    Maintenance maintenance = new Maintenance();
    try (MaintenanceFile file = MaintenanceFile.follow(path, maintenance)) {
      assertThat(maintenance.isOn()).isFalse();

      Files.writeString(path, "# upgrade of rack 7\ndisk.*\n\nnet.Down # also this\n");
      file.read();
      assertThat(maintenance.suppresses("disk.Failed")).isTrue();
      assertThat(maintenance.suppresses("net.Down")).isTrue();
      assertThat(maintenance.suppresses("net.Up")).isFalse();

      Files.writeString(path, "not a pattern\n");
      file.read();
      assertThat(maintenance.suppresses("disk.Failed")).as("stays as it is").isTrue();

      Files.delete(path);
      file.read();
      assertThat(maintenance.isOn()).isFalse();
    }
  }
}
