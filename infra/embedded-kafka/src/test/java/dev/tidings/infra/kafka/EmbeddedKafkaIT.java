package dev.tidings.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.infra.process.DataDirectoryException;
import dev.tidings.infra.process.DataDirectoryLockedException;
import dev.tidings.infra.process.PortInUseException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

  @TempDir Path directory;

  @Test
  void keepsRecordsAndClusterIdOverARestart() throws Exception {
    String clusterId;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory))) {
      clusterId = kafka.clusterId();
      Records.createTopic(kafka.bootstrapServers(), "kept", 2);
      Records.send(kafka.bootstrapServers(), "kept", "one", "two", "three");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory))) {
      assertThat(kafka.clusterId()).isEqualTo(clusterId);
      assertThat(Records.readAll(kafka.bootstrapServers(), "kept"))
          .containsExactlyInAnyOrder("one", "two", "three");
    }
  }

  @Test
  void usesThePortAskedForAgainAfterARestart() throws Exception {
    int port;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory))) {
      port = kafka.port();
      Records.createTopic(kafka.bootstrapServers(), "kept", 1);
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory).withPort(port))) {
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      Records.send(kafka.bootstrapServers(), "kept", "one");
    }
  }

  @Test
  void deletesATemporaryDirectoryWhenClosed() throws Exception {
    Path data;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.temporary())) {
      data = kafka.dataDirectory();
      assertThat(data).isDirectory();
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void saysThatThePortIsInUse() {
    EmbeddedKafka running = SharedKafka.get();
    assertThatExceptionOfType(PortInUseException.class)
        .isThrownBy(() -> EmbeddedKafka.start(BrokerConfig.in(directory).withPort(running.port())))
        .withMessageContaining("Port " + running.port())
        .withMessageNotContaining("\n");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysThatTheDirectoryIsInUse() {
    Path used = SharedKafka.get().dataDirectory();
    assertThatExceptionOfType(DataDirectoryLockedException.class)
        .isThrownBy(() -> EmbeddedKafka.start(BrokerConfig.in(used)))
        .withMessageContaining("in use by process " + ProcessHandle.current().pid());
  }

  @Test
  void saysThatTheDirectoryCannotBeWritten() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> EmbeddedKafka.start(BrokerConfig.in(file)))
        .withMessageContaining("is not a directory");
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> EmbeddedKafka.start(BrokerConfig.in(file.resolve("below"))))
        .withMessageContaining("choose another directory");
  }
}
