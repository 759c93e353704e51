package dev.tidings.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.infra.process.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessIT {

  @TempDir Path directory;

  @Test
  void keepsEveryAcknowledgedRecordWhenKilled() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(BrokerConfig.in(directory))) {
      String bootstrapServers = broker.bootstrapServers();
      Records.createTopic(bootstrapServers, "kept", 3);
      String[] values = IntStream.range(0, 500).mapToObj(i -> "value " + i).toArray(String[]::new);
      Records.send(bootstrapServers, "kept", values);
      long first = broker.pid();

      broker.kill();
      assertThat(broker.isAlive()).isFalse();
      broker.restart();

      assertThat(broker.bootstrapServers()).isEqualTo(bootstrapServers);
      assertThat(broker.pid()).isNotEqualTo(first);
      assertThat(Records.readAll(bootstrapServers, "kept")).containsExactlyInAnyOrder(values);
      Records.send(bootstrapServers, "kept", "one more");

      broker.restart();
      assertThat(Records.readAll(bootstrapServers, "kept")).hasSize(501);
      assertThat(Files.readAllLines(broker.log()))
          .as("nothing but what the broker's main class says")
          .hasSize(3)
          .containsOnly("Broker ready on port " + broker.port());
    }
  }

  @Test
  void saysWhyItCannotStart() {
    int taken = SharedKafka.get().port();
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> BrokerProcess.start(BrokerConfig.in(directory).withPort(taken)))
        .withMessage(
            "Port %d on 127.0.0.1 is in use: stop what listens there, or choose another port.",
            taken);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerProcess.start(BrokerConfig.temporary()));
  }
}
