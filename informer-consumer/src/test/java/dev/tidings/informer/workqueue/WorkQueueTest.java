package dev.tidings.informer.workqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WorkQueueTest {
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private long nowNanos;

  private WorkQueue<String> queue() {
    return new WorkQueue<>(
        RateLimiter.exponential(Duration.ofMillis(5), Duration.ofMillis(40)), () -> nowNanos);
  }

  private static Optional<String> look(WorkQueue<String> queue) throws InterruptedException {
    return queue.get(Duration.ZERO);
  }

  @Example
  void whatWaitsIsNotAddedAgainAndWhatIsInTheWorksComesAgainAfterwards() throws Exception {
    WorkQueue<String> queue = queue();
    queue.add("a");
    queue.add("a");
    queue.add("b");
    assertThat(queue.size()).isEqualTo(2);
    assertThat(look(queue)).contains("a");
    queue.add("a");
    assertThat(look(queue)).contains("b");
    assertThat(look(queue)).isEmpty();
    queue.done("b");
    queue.done("a");
    assertThat(look(queue)).contains("a");
    queue.done("a");
    assertThat(look(queue)).isEmpty();
  }

  @Example
  void whatIsAddedForLaterComesAtTheFirstOfItsTimes() throws Exception {
    WorkQueue<String> queue = queue();
    queue.addAfter("a", MS.multipliedBy(10));
    queue.addAfter("a", MS.multipliedBy(4));
    queue.addAfter("a", MS.multipliedBy(20));
    queue.addAfter("b", MS.multipliedBy(3));
    assertThat(look(queue)).isEmpty();
    nowNanos = MS.multipliedBy(4).toNanos();
    assertThat(look(queue)).contains("b");
    assertThat(look(queue)).contains("a");
    queue.done("a");
    nowNanos = MS.multipliedBy(100).toNanos();
    assertThat(look(queue)).isEmpty();
  }

  @Example
  void whatFailsWaitsLongerEachTimeUntilItIsForgotten() {
    WorkQueue<String> queue = queue();
    RateLimiter<String> limiter =
        RateLimiter.exponential(Duration.ofMillis(5), Duration.ofMillis(40));
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waits.add(limiter.when("a").toMillis());
      queue.addRateLimited("a");
    }
    assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 40L);
    assertThat(queue.failures("a")).isEqualTo(5);
    assertThat(limiter.when("b").toMillis()).isEqualTo(5);
    queue.forget("a");
    assertThat(queue.failures("a")).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(limiter.when("c")).isLessThanOrEqualTo(Duration.ofMillis(40));
    }
  }

  @Example
  void aBucketLetsABurstThroughAndThenItsRate() {
    RateLimiter<String> bucket = RateLimiter.bucket(10, 3, () -> nowNanos);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waits.add(bucket.when("a").toMillis());
    }
    assertThat(waits).containsExactly(0L, 0L, 0L, 100L, 200L);
    nowNanos = Duration.ofMillis(300).toNanos();
    assertThat(bucket.when("a")).isEqualTo(Duration.ZERO);
    assertThat(RateLimiter.longest(bucket, RateLimiter.exponential(MS, MS)).when("b").toMillis())
        .isEqualTo(100);
  }

  @Example
  void shutDownGivesOutWhatWaitsAndDrains() throws Exception {
    WorkQueue<String> queue = queue();
    queue.add("a");
    queue.addAfter("later", MS);
    queue.shutDown();
    queue.add("b");
    nowNanos = Duration.ofSeconds(1).toNanos();
    assertThat(look(queue)).contains("a");
    assertThat(queue.isShutDown()).isFalse();
    assertThat(queue.shutDownAndDrain(Duration.ZERO)).isFalse();
    queue.done("a");
    assertThat(queue.shutDownAndDrain(Duration.ZERO)).isTrue();
    assertThat(queue.get(Duration.ofDays(1))).isEmpty();
  }

  /** The model: what was added after it was last given out must be given out again. */
  @Property
  void nothingIsLostAndNothingIsInTheWorksTwice(
      @ForAll @Size(max = 200) List<@IntRange(max = 9_999) Integer> steps)
      throws InterruptedException {
    WorkQueue<String> queue = queue();
    Set<String> wanted = new HashSet<>();
    Set<String> inTheWorks = new HashSet<>();
    for (int step : steps) {
      String item = "k" + step % 6;
      int what = step / 6 % 4;
      if (what < 2) {
        queue.add(item);
        wanted.add(item);
      } else if (what == 2) {
        Optional<String> got = look(queue);
        Set<String> free = new HashSet<>(wanted);
        free.removeAll(inTheWorks);
        assertThat(got.isPresent()).isEqualTo(!free.isEmpty());
        got.ifPresent(
            one -> {
              assertThat(wanted.remove(one)).isTrue();
              assertThat(inTheWorks.add(one)).isTrue();
            });
      } else if (inTheWorks.remove(item)) {
        queue.done(item);
      }
    }
  }

  @Example
  void workersShareTheWorkAndNeverAnItem() throws Exception {
    WorkQueue<Integer> queue = WorkQueue.create();
    Set<Integer> inTheWorks = ConcurrentHashMap.newKeySet();
    AtomicInteger clashes = new AtomicInteger();
    AtomicInteger handled = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      Thread worker =
          new Thread(
              () -> {
                try {
                  while (!queue.isShutDown()) {
                    Optional<Integer> item = queue.get(LIMIT);
                    if (item.isPresent()) {
                      clashes.addAndGet(inTheWorks.add(item.get()) ? 0 : 1);
                      handled.incrementAndGet();
                      Thread.onSpinWait();
                      inTheWorks.remove(item.get());
                      queue.done(item.get());
                    }
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                ended.countDown();
              });
      worker.setDaemon(true);
      worker.start();
    }
    for (int i = 0; i < 20_000; i++) {
      queue.add(i % 50);
    }
    queue.addAfter(99, Duration.ofMillis(1));
    await().atMost(LIMIT).until(() -> queue.size() == 0 && handled.get() > 50);
    assertThat(queue.shutDownAndDrain(LIMIT)).isTrue();
    assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(clashes).hasValue(0);
  }
}
