package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastPortsTest {
  @TempDir Path directory;

  @Test
  void theyAreTakenAgainUnlessSomebodyElseHasThem() throws IOException {
    try (ServerSocketChannel taken = LoopbackPorts.listen(0)) {
      int free = LoopbackPorts.free();
      LastPorts.write(
          directory,
          "127.0.0.1:" + free,
          "http://127.0.0.1:" + LoopbackPorts.of(taken) + "/apis/ccompat/v7",
          "http://127.0.0.1:" + free);

      assertThat(LastPorts.freeOf(directory)).isEqualTo(new LastPorts(free, 0, free));
    }
  }

  @Test
  void withoutAFileOrWithADamagedOneAnyWillDo() throws IOException {
    assertThat(LastPorts.freeOf(directory)).isEqualTo(new LastPorts(0, 0, 0));
    Files.writeString(directory.resolve("ports.properties"), "kafka=\\uzzzz");
    assertThat(LastPorts.freeOf(directory)).isEqualTo(new LastPorts(0, 0, 0));
    Files.writeString(directory.resolve("ports.properties"), "kafka=99999\nregistry=-1");
    assertThat(LastPorts.freeOf(directory)).isEqualTo(new LastPorts(0, 0, 0));
  }
}
