package dev.tidings.writers.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.BatchEntry;
import dev.tidings.writers.TestEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class DeliveryTaskTest {
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 40;

  private AtomicLong nanos = new AtomicLong();
  private SimulatedWorker worker = new SimulatedWorker();

  /** All tries of a property run on one instance. */
  @BeforeTry
  void begin() {
    nanos = new AtomicLong();
    worker = new SimulatedWorker();
  }

  /** Keeps what it was told only when asked to confirm; fails when the seed says so. */
  private final class Unreliable extends DeliveryTask {
    private final Random random;
    private final double failures;
    private final boolean confirmsEachWrite;
    private final List<Delivery> kept = Collections.synchronizedList(new ArrayList<>());

    Unreliable(Random random, double failures, boolean confirmsEachWrite) {
      super(DeliveryConfig.define(new ConfigDef()), nanos::get);
      this.confirmsEachWrite = confirmsEachWrite;
      this.random = random;
      this.failures = failures;
    }

    private void perhapsFail() throws IOException {
      if (random.nextDouble() < failures) {
        throw new IOException("gone");
      }
    }

    @Override
    protected Receiver open(AbstractConfig config) throws IOException {
      perhapsFail();
      return new Receiver() {
        private final List<Delivery> unread = new ArrayList<>();
        private boolean failed;

        @Override
        public Write prepare(List<Delivery> deliveries) {
          assertThat(deliveries).isNotEmpty();
          return rejections -> write(deliveries, rejections);
        }

        private void write(List<Delivery> deliveries, Rejections rejections) throws IOException {
          assertThat(failed).isFalse();
          failed = true;
          perhapsFail();
          deliveries.forEach(
              delivery -> {
                if (delivery instanceof Delivery.Occurred o && o.event().count() == 13) {
                  rejections.reject(delivery, "unlucky");
                } else {
                  unread.add(delivery);
                }
              });
          perhapsFail();
          if (confirmsEachWrite) {
            kept.addAll(unread);
            unread.clear();
          }
          failed = false;
        }

        @Override
        public boolean confirmsEachWrite() {
          return confirmsEachWrite;
        }

        @Override
        public void confirm() throws IOException {
          assertThat(failed).isFalse();
          failed = true;
          perhapsFail();
          kept.addAll(unread);
          unread.clear();
          perhapsFail();
          failed = false;
        }

        @Override
        public void close() {}
      };
    }
  }

  @Property(tries = 300)
  void nothingIsMissingWhateverFailsAndWhenever(
      @ForAll long seed, @ForAll boolean confirmsEachWrite) {
    Random random = new Random(seed);
    for (int i = 0; i < RECORDS; i++) {
      for (int p = 0; p < PARTITIONS; p++) {
        long id = p * 1_000L + i * 10;
        worker.append(
            TestEvents.batch(
                p,
                i,
                List.of(
                    new BatchEntry(TestEvents.withId(id, 1), 1L),
                    new BatchEntry(TestEvents.withId(id + 1, i), 2L))));
      }
    }
    Unreliable task = new Unreliable(new Random(random.nextLong()), 0.2, confirmsEachWrite);
    List<Delivery> kept = new ArrayList<>();
    worker.start(task, Map.of());
    for (int step = 0; !worker.isDone(); step++) {
      assertThat(step).as("%s", worker).isLessThan(100_000);
      worker.step(task, random);
      nanos.addAndGet(Duration.ofSeconds(random.nextInt(3)).toNanos());
      if (random.nextInt(4) == 0) {
        worker.commit(task);
        assertCommittedIsKept(kept, task.kept);
      }
      if (random.nextInt(20) == 0) {
        worker.stop(task, random.nextBoolean());
        kept.addAll(task.kept);
        task = new Unreliable(new Random(random.nextLong()), 0.2, confirmsEachWrite);
        worker.start(task, Map.of());
      }
    }
    worker.stop(task, false);
    kept.addAll(task.kept);
    List<UUID> expected = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      for (int i = 0; i < RECORDS; i++) {
        expected.add(new UUID(0, p * 1_000L + i * 10));
        if (i != 13) {
          expected.add(new UUID(0, p * 1_000L + i * 10 + 1));
        }
      }
    }
    assertThat(kept.stream().map(DeliveryTaskTest::id).distinct())
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(worker.errant().stream().map(record -> record.kafkaOffset())).contains(13L);
    assertThat(worker.errant()).allMatch(record -> record.kafkaOffset() == 13);
  }

  /** An offset is committed only when all before it is at the receiver. */
  private void assertCommittedIsKept(List<Delivery> before, List<Delivery> now) {
    for (int p = 0; p < PARTITIONS; p++) {
      long committed = worker.committed(new TopicPartition("tidings.batches", p));
      for (int i = 0; i < committed; i++) {
        UUID id = new UUID(0, p * 1_000L + i * 10);
        assertThat(
                before.stream().anyMatch(d -> id(d).equals(id))
                    || now.stream().anyMatch(d -> id(d).equals(id)))
            .as("%s, committed %d of partition %d", id, committed, p)
            .isTrue();
      }
    }
  }

  private static UUID id(Delivery delivery) {
    return delivery instanceof Delivery.Occurred occurred
        ? UUID.fromString(occurred.event().id().toString())
        : ((Delivery.Deleted) delivery).id();
  }

  @Test
  void pausesGrowUpToALimit() {
    worker.append(TestEvents.record(TestEvents.withId(1, 1), 0));
    Unreliable task = new Unreliable(new Random(1), 1, false);
    worker.start(task, Map.of("retry.backoff.ms", "100", "retry.backoff.max.ms", "1000"));
    List<Long> pauses = new ArrayList<>();
    Random all = new Random(0);
    while (pauses.size() < 8) {
      worker.step(task, all);
      long pause = worker.takePauseMillis();
      if (pause > 0) {
        pauses.add(pause);
      }
      nanos.addAndGet(Duration.ofMillis(pause).toNanos());
    }
    assertThat(pauses.get(0)).isBetween(50L, 100L);
    assertThat(pauses.get(1)).isBetween(100L, 200L);
    assertThat(pauses.get(7)).isBetween(500L, 1_000L);
  }

  @Test
  void whatIsNoEventIsReportedAndTheRestGoesOn() {
    worker.append(TestEvents.record("tidings.events", 0, "k", "text", 0));
    worker.append(TestEvents.record("tidings.events", 0, "no id", null, 1));
    worker.append(TestEvents.record(TestEvents.withId(7, 1), 2));
    worker.append(TestEvents.deleted(new UUID(0, 7), 3));
    Unreliable task = new Unreliable(new Random(1), 0, false);
    deliverAll(task);
    assertThat(worker.errant()).extracting(record -> record.kafkaOffset()).containsExactly(0L, 1L);
    assertThat(task.kept)
        .extracting(DeliveryTaskTest::id)
        .containsExactly(new UUID(0, 7), new UUID(0, 7));
    assertThat(task.kept.get(1)).isInstanceOf(Delivery.Deleted.class);
  }

  @Test
  void whatIsDeliveredRejectedAndTriedAgainIsMeasured() {
    worker.append(TestEvents.record("tidings.events", 0, "k", "text", 0));
    worker.append(TestEvents.record(TestEvents.withId(7, 1), 1));
    worker.append(TestEvents.record(TestEvents.withId(8, 13), 2));
    Unreliable task = new Unreliable(new Random(1), 0, true);
    deliverAll(task);
    assertThat(worker.metric(WriterMeter.DELIVERED)).isEqualTo(1);
    assertThat(worker.metric(WriterMeter.REJECTED)).isEqualTo(2);
    assertThat(worker.metric(WriterMeter.RETRIES)).isZero();
    assertThat(worker.metric(WriterMeter.WRITES)).isBetween(1.0, 2.0);
    assertThat(worker.metric(WriterMeter.WAITING)).isZero();
  }

  @Test
  void whatTheReceiverDoesNotTakeIsWaiting() {
    worker.append(TestEvents.record(TestEvents.withId(1, 1), 0));
    Unreliable task = new Unreliable(new Random(1), 1, true);
    worker.start(task, Map.of());
    Random all = new Random(1);
    while (worker.metric(WriterMeter.RETRIES) == 0) {
      worker.step(task, all);
    }
    assertThat(worker.metric(WriterMeter.WAITING)).isEqualTo(1);
    assertThat(worker.metric(WriterMeter.DELIVERED)).isZero();
    assertThat(worker.metric(WriterMeter.WRITES)).isZero();
  }

  @Test
  void worksInAWorkerThatTakesNoMetrics() {
    worker.withoutPluginMetrics();
    worker.append(TestEvents.record(TestEvents.withId(1, 1), 0));
    Unreliable task = new Unreliable(new Random(1), 0, true);
    deliverAll(task);
    assertThat(task.kept).hasSize(1);
  }

  private void deliverAll(Unreliable task) {
    worker.start(task, Map.of());
    Random random = new Random(2);
    while (!worker.isDone()) {
      worker.step(task, random);
      worker.commit(task);
    }
  }
}
