package dev.tidings.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.event.Event;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** As a user's test would be; skips without a Docker engine that has the images. */
class TidingsStackIT {

  @Test
  void whatTheTestRecordsIsCountedAndWatched() throws Exception {
    Engine.assumeImages(Images.PLATFORM, Images.DEDUP, Images.CONNECT);
    try (TidingsStack tidings = TidingsStack.create().withConnect()) {
      tidings.start();

      assertThat(Shop.sellAndWatch(tidings))
          .extracting(Event::getMessage, Event::getCount)
          .containsExactlyInAnyOrder(tuple("the bank does not answer", 3L), tuple("an order", 1L));
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", tidings.bootstrapServers()))) {
        assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
            .as("the worker keeps its settings in Kafka")
            .contains("tidings-connect-configs");
      }
    }
  }

  /** The broker is a container of its own: what it has missed comes when it is there again. */
  @Test
  void countsGoOnAfterTheDeduplicationWasAway() throws Exception {
    Engine.assumeImages(Images.PLATFORM, Images.DEDUP);
    try (TidingsStack tidings = TidingsStack.create()) {
      tidings.start();
      Shop.sellAndWatch(tidings);
      tidings
          .dedup()
          .getDockerClient()
          .restartContainerCmd(tidings.dedup().getContainerId())
          .exec();

      assertThat(Shop.sellAndWatch(tidings))
          .extracting(Event::getMessage, Event::getCount)
          .containsExactlyInAnyOrder(tuple("the bank does not answer", 6L), tuple("an order", 2L));
    }
  }

  @Test
  void saysWhatIsNotThere() {
    TidingsStack tidings = TidingsStack.create();
    assertThatThrownBy(tidings::bootstrapServers)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start()");
    tidings.stop();
  }
}
