package dev.tidings.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.tidings.dedup.DedupConfig;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.recorder.EventRecorder;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As a user's test would be. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedTidingsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  enum ShopEvent {
    OrderPlaced,
    PaymentFailed
  }

  @RegisterExtension static final EmbeddedTidings tidings = EmbeddedTidings.create();

  @Test
  @Order(1)
  void countsRepeats() throws Exception {
    try (EventRecorder recorder = recorder()) {
      for (int i = 0; i < 3; i++) {
        recorder.record(ShopEvent.PaymentFailed, Severity.ERROR, "the bank does not answer");
      }
      recorder.record(ShopEvent.OrderPlaced, Severity.INFO, "an order");
      assertThat(recorder.flush(LIMIT)).isTrue();
    }
    assertThat(tidings.settledEvents())
        .extracting(Event::getMessage, Event::getCount)
        .containsExactlyInAnyOrder(tuple("the bank does not answer", 3L), tuple("an order", 1L));
  }

  @Test
  @Order(2)
  void letsAServiceWatch() throws Exception {
    assertThat(tidings.informer().indexer().byIndex(EventInformers.BY_SEVERITY, "ERROR"))
        .hasSize(1);
    try (EventRecorder recorder = recorder()) {
      recorder
          .event(ShopEvent.PaymentFailed)
          .severity(Severity.CRITICAL)
          .message("out of money")
          .record();
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  !tidings
                      .informer()
                      .indexer()
                      .byIndex(EventInformers.BY_SEVERITY, "CRITICAL")
                      .isEmpty());
    }
  }

  @Test
  @Order(3)
  void canBeStartedByHandBesideAnother() throws Exception {
    try (EmbeddedTidings second =
        EmbeddedTidings.create().withDedup(DedupConfig.INTERVAL_MS, "60000").start()) {
      assertThat(second.settledEvents()).isEmpty();
      assertThat(second.bootstrapServers()).isNotEqualTo(tidings.bootstrapServers());
    }
    EmbeddedTidings never = EmbeddedTidings.create();
    assertThatThrownBy(never::bootstrapServers)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }

  private static EventRecorder recorder() {
    return tidings.recorder().catalogue(ShopEvent.class).build();
  }
}
