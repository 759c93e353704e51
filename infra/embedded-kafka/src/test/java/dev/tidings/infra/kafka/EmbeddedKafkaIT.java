package dev.tidings.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tidings.infra.process.DataDirectoryException;
import dev.tidings.infra.process.DataDirectoryLockedException;
import dev.tidings.infra.process.PortInUseException;
import dev.tidings.infra.process.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
  void createsTopicsOnce() {
    EmbeddedKafka kafka = SharedKafka.get();
    kafka.createTopic("created", 2, Map.of("cleanup.policy", "compact"));
    kafka.createTopic("created", 2, Map.of("cleanup.policy", "compact"));
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> kafka.createTopic("created/badly", 2, Map.of()))
        .withMessageContaining("created/badly cannot be created");
  }

  @Test
  void saysWhenItHasLostItsDiskInsteadOfHaltingTheProcess() throws Exception {
    // It has much to say about it.
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger(EmbeddedKafka.class);
    Level before = root.getLevel();
    root.setLevel(Level.OFF);
    ours.setLevel(Level.OFF);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.in(directory))) {
      CompletableFuture<Throwable> failure = kafka.onFailure();
      assertThat(failure).isNotDone();
      Path data = directory.resolve("log");
      Files.move(data, directory.resolve("moved away"));
      Files.createFile(data);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        var unused = admin.createTopics(List.of(new NewTopic("unlucky", 1, (short) 1)));
        assertThat(failure.get(30, TimeUnit.SECONDS)).isNotNull();
      }
    } finally {
      root.setLevel(before);
      ours.setLevel(null);
    }
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
