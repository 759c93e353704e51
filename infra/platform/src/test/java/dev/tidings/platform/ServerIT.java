package dev.tidings.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIT {
  @TempDir Path directory;

  /** By both addresses, each of which the broker must name to those who come by it. */
  @Test
  void theBrokerIsReachedByItsAdvertisedAddresses() throws Exception {
    Settings settings = settings();
    try (Server server = Server.start(new String[] {"kafka"}, settings)) {
      for (int port : new int[] {settings.ports().kafka(), settings.ports().kafkaNetwork()}) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + port))) {
          assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS))
              .singleElement()
              .satisfies(node -> assertThat(node.host()).isEqualTo("localhost"))
              .satisfies(node -> assertThat(node.port()).isEqualTo(port));
        }
      }
      assertThat(server.addresses()).hasSize(1);
      assertThat(server.onFailure()).isNotDone();
    }
  }

  @Test
  void theRegistryIsReachedFromOutside() throws Exception {
    Settings settings = settings();
    String url = "http://localhost:%d/apis/ccompat/v7".formatted(settings.ports().registry());
    try (Server server = Server.start(new String[] {"registry"}, settings);
        RegistryClient registry = RegistryClient.create(RegistryConfig.of(url))) {
      assertThat(registry.subjects()).isEmpty();
      assertThat(server.addresses()).hasSize(1);
    }
  }

  @Test
  void startsNothingUnknown() {
    assertThatThrownBy(() -> Server.start(new String[] {"zookeeper"}, settings()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all, kafka or registry can be started, not zookeeper");
  }

  private Settings settings() {
    Ports ports =
        new Ports(
            LoopbackPorts.free(), LoopbackPorts.free(), LoopbackPorts.free(), LoopbackPorts.free());
    return new Settings(
        "localhost:" + ports.kafka(),
        "localhost",
        directory,
        PlatformTopics.defaults(Topics.DEFAULT),
        Map.of(),
        ports);
  }
}
