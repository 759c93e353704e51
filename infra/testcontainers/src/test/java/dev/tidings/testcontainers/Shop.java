package dev.tidings.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.informer.Freshness;
import dev.tidings.informer.SharedInformer;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.registry.SchemaRegistry;
import java.time.Duration;
import java.util.List;
import org.testcontainers.utility.DockerImageName;

/** A service under test. */
final class Shop {
  static final DockerImageName COMMAND =
      DockerImageName.parse("tidings/tidings-command:" + Images.PLATFORM.getVersionPart());

  private static final Duration LIMIT = Duration.ofSeconds(60);

  enum ShopEvent {
    OrderPlaced,
    PaymentFailed
  }

  private Shop() {}

  /** One event three times and another once; returns what an informer has then. */
  static List<Event> sellAndWatch(TestPlatform platform) throws Exception {
    try (SchemaRegistry registry = platform.registry();
        SharedInformer<String, Event> informer = platform.informer(registry).build().start();
        EventRecorder recorder = platform.recorder().catalogue(ShopEvent.class).build()) {
      for (int i = 0; i < 3; i++) {
        recorder.record(ShopEvent.PaymentFailed, Severity.ERROR, "the bank does not answer");
      }
      recorder.record(ShopEvent.OrderPlaced, Severity.INFO, "an order");
      assertThat(recorder.flush(LIMIT)).isTrue();
      platform.awaitSettled(LIMIT);
      return informer.list(Freshness.latest(), LIMIT).values().stream()
          .filter(event -> event.getSource().getNode().equals("test-node"))
          .toList();
    }
  }
}
