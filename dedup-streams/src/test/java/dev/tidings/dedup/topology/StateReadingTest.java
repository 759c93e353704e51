package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.dedup.rules.DedupRules;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

/** State that another thread reads: here, when the test says so. */
class StateReadingTest {
  private final Queue<Runnable> work = new ArrayDeque<>();

  private static DedupState state() {
    return new DedupState(
        SegmentStore.supplier("state", false).get(),
        new DedupRules(Duration.ofHours(1)),
        TopologyHarness.settings(new BatchSettings(Duration.ofSeconds(10), 500, 512 * 1024)));
  }

  @Test
  void isOverWhenItWasRead() {
    StateReading reading = new StateReading(StateReadingTest::state, work::add);
    assertThat(reading.isOver()).isFalse();

    work.remove().run();

    assertThat(reading.isOver()).isTrue();
    assertThat(reading.get()).isNotNull().isSameAs(reading.get());
    reading.end();
  }

  @Test
  void whatReadingEndedWithIsToldToWhoAsksAndKeepsNobodyFromClosing() {
    ProcessorStateException damaged = new ProcessorStateException("damaged");
    StateReading reading =
        new StateReading(
            () -> {
              throw damaged;
            },
            work::add);
    work.remove().run();

    assertThat(reading.isOver()).isTrue();
    assertThatThrownBy(reading::get).isSameAs(damaged);
    reading.end();
  }

  @Test
  void whatEndsWithAnErrorIsNotTakenForState() {
    StateReading reading =
        new StateReading(
            () -> {
              throw new OutOfMemoryError("of the test");
            },
            work::add);
    work.remove().run();

    assertThatThrownBy(reading::get)
        .isInstanceOf(ProcessorStateException.class)
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    reading.end();
  }
}
