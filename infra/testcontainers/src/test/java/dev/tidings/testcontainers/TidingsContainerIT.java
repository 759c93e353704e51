package dev.tidings.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.event.Event;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;

/** As a user's test would be; skips without a Docker engine that has the image. */
class TidingsContainerIT {
  private static Network network;
  private static TidingsContainer tidings;

  @BeforeAll
  static void start() {
    Engine.assumeImages(Images.PLATFORM);
    network = Network.newNetwork();
    tidings = new TidingsContainer().withNetwork(network).withNetworkAliases("platform");
    tidings.start();
  }

  @AfterAll
  static void stop() {
    if (network != null) {
      tidings.stop();
      network.close();
    }
  }

  @Test
  void whatTheTestRecordsIsCountedAndWatched() throws Exception {
    assertThat(Shop.sellAndWatch(tidings))
        .extracting(Event::getMessage, Event::getCount)
        .containsExactlyInAnyOrder(tuple("the bank does not answer", 3L), tuple("an order", 1L));
  }

  /** Another container asks the broker, which must name an address that it can reach, too. */
  @Test
  void otherContainersReachItByItsAlias() {
    assertThat(tidings.networkBootstrapServers()).isEqualTo("platform:19092");
    Engine.assumeImages(Shop.COMMAND);
    try (GenericContainer<?> command = new GenericContainer<>(Shop.COMMAND)) {
      command
          .withNetwork(network)
          .withEnv("TIDINGS_BOOTSTRAP_SERVERS", tidings.networkBootstrapServers())
          .withEnv("TIDINGS_REGISTRY", tidings.networkRegistryUrl())
          .withCommand(
              "record", "--type", "demo.DiskFailed", "--severity", "ERROR", "from a container")
          .withStartupCheckStrategy(
              new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(1)))
          .start();
    }
  }

  @Test
  void connectHasTheWriters() throws Exception {
    String plugins =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(tidings.connectUrl() + "/connector-plugins"))
                    .timeout(Duration.ofSeconds(30))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(plugins).contains("dev.tidings.writers.");
  }
}
