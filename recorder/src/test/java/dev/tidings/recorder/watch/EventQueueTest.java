package dev.tidings.recorder.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.recorder.watch.EventQueue.Ending;
import dev.tidings.recorder.watch.EventQueue.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofDays(1);

  private final BlockingQueue<List<Integer>> batches = new LinkedBlockingQueue<>();
  private final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());

  @Test
  void aFullBatchGoesAtOnceAndKeepsItsOrder() throws Exception {
    try (EventQueue<Integer> queue = start(settings().withBatches(3, NEVER))) {
      IntStream.range(0, 7).forEach(queue::offer);
      assertThat(next()).containsExactly(0, 1, 2);
      assertThat(next()).containsExactly(3, 4, 5);
      assertThat(queue.size()).isEqualTo(1);
    }
    assertThat(next()).as("drained").containsExactly(6);
  }

  @Test
  void theIntervalEndsABatchThatIsNotFull() throws Exception {
    try (EventQueue<Integer> queue = start(settings().withBatches(100, Duration.ofMillis(1)))) {
      queue.offer(1);
      assertThat(next()).containsExactly(1);
      queue.offer(2);
      assertThat(next()).containsExactly(2);
    }
  }

  @Test
  void whatTheCallbackThrowsIsToldAndTheNextBatchGoesOn() throws Exception {
    IllegalStateException failure = new IllegalStateException("no");
    try (EventQueue<Integer> queue =
        EventQueue.start(
            settings().withBatches(1, Duration.ZERO),
            batch -> {
              if (batch.contains(1)) {
                throw failure;
              }
              batches.add(List.copyOf(batch));
            },
            error -> {
              errors.add(error);
              throw new IllegalStateException("the error callback fails as well");
            })) {
      queue.offer(1);
      queue.offer(2);
      assertThat(next()).containsExactly(2);
    }
    assertThat(errors).containsExactly(failure);
  }

  @Test
  void discardingForgetsWhatIsQueued() throws Exception {
    EventQueue<Integer> queue = start(settings().withBatches(10, NEVER));
    queue.offer(1);
    assertThat(queue.close(Ending.DISCARD, LIMIT)).isTrue();
    assertThat(batches).isEmpty();
    assertThat(queue.offer(2)).isFalse();
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void aFullQueueDrops() throws Exception {
    try (EventQueue<Integer> queue = start(settings().withCapacity(2).withBatches(10, NEVER))) {
      assertThat(queue.offer(1)).isTrue();
      assertThat(queue.offer(2)).isTrue();
      assertThat(queue.offer(3)).isFalse();
      assertThat(queue.dropped()).isEqualTo(1);
    }
    assertThat(next()).containsExactly(1, 2);
  }

  @Test
  void aFullQueueMakesItsCallerWaitForRoom() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (EventQueue<Integer> queue =
        EventQueue.start(
            settings()
                .withCapacity(1)
                .withBatches(1, Duration.ZERO)
                .withWhenFull(new FullBehaviour.Wait(LIMIT)),
            batch -> {
              await(release);
              batches.add(List.copyOf(batch));
            },
            errors::add)) {
      Thread caller = new Thread(() -> IntStream.range(0, 5).forEach(queue::offer));
      caller.start();
      release.countDown();
      for (int i = 0; i < 5; i++) {
        assertThat(next()).containsExactly(i);
      }
      caller.join(LIMIT.toMillis());
      assertThat(caller.isAlive()).isFalse();
      assertThat(queue.dropped()).isZero();
    }
  }

  @Test
  void aWaitHasALimit() {
    CountDownLatch release = new CountDownLatch(1);
    EventQueue<Integer> queue =
        start(
            settings()
                .withCapacity(1)
                .withBatches(2, NEVER)
                .withWhenFull(new FullBehaviour.Wait(Duration.ofMillis(1))));
    queue.offer(1);
    assertThat(queue.offer(2)).isFalse();
    release.countDown();
    queue.close();
  }

  @Test
  void aCallbackThatDoesNotEndIsNotWaitedForForEver() {
    CountDownLatch never = new CountDownLatch(1);
    EventQueue<Integer> queue = EventQueue.start(settings(), batch -> await(never), errors::add);
    queue.offer(1);
    assertThat(queue.close(Ending.DRAIN, Duration.ofMillis(5))).isFalse();
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> settings().withCapacity(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("capacity");
  }

  private static Settings settings() {
    return Settings.named("test-queue");
  }

  private EventQueue<Integer> start(Settings settings) {
    return EventQueue.start(settings, batch -> batches.add(List.copyOf(batch)), errors::add);
  }

  private List<Integer> next() throws InterruptedException {
    List<Integer> batch = batches.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(batch).as("a batch in time").isNotNull();
    return batch;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
