package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.watch.WatchCache;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class HandlerTest {
  private final BlockingQueue<Problem> problems = new LinkedBlockingQueue<>();
  private final MemoryLog log = new MemoryLog();
  private volatile Instant now = Instant.ofEpochSecond(1_000);
  private final Cache<String, String> cache =
      Caches.expiring(
          Expiry.never(), Map.of(), new WatchCache<>(8, () -> now), problems::add, () -> now);
  private final MemoryLog.Reader reader = log.new Reader(cache);

  /** Writes down what it is told; passes a gate before each call. */
  static final class Recorder implements ResourceEventHandler<String, String> {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    final CountDownLatch gate;
    final CountDownLatch entered = new CountDownLatch(1);

    Recorder() {
      this(new CountDownLatch(0));
    }

    Recorder(CountDownLatch gate) {
      this.gate = gate;
    }

    private void tell(String what) {
      entered.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      told.add(what);
    }

    @Override
    public void onAdd(String key, String object, boolean isInInitialList) {
      tell((isInInitialList ? "initial " : "add ") + key + object);
    }

    @Override
    public void onUpdate(String key, String oldObject, String newObject) {
      tell("update " + key + oldObject + newObject);
    }

    @Override
    public void onDelete(String key, String object, boolean finalStateUnknown) {
      tell((finalStateUnknown ? "vanished " : "delete ") + key + object);
    }

    String next() throws InterruptedException {
      return told.poll(30, TimeUnit.SECONDS);
    }
  }

  private HandlerThread<String, String> add(
      ResourceEventHandler<String, String> handler, HandlerOptions options) {
    HandlerThread<String, String> thread =
        new HandlerThread<>("test", handler, options, problems::add, cache.shown()::remove);
    cache.shown().add(thread);
    return thread;
  }

  private HandlerThread<String, String> add(ResourceEventHandler<String, String> handler) {
    return add(handler, HandlerOptions.defaults());
  }

  private void follow() {
    reader.read(Integer.MAX_VALUE);
  }

  @AfterEach
  void close() {
    cache.shown().handlers().forEach(HandlerThread::close);
  }

  @Test
  void anEarlyHandlerGetsTheLoadedStateOnceAndThenEachChange() throws Exception {
    Recorder handler = new Recorder();
    HandlerThread<String, String> thread = add(handler);
    assertThat(thread.hasSynced()).isFalse();
    log.append("a", "1", 0);
    log.append("a", "2", 0);
    reader.load();
    log.append("a", "3", 0);
    log.append("b", "1", 0);
    log.append("a", null, 0);
    follow();
    assertThat(List.of(handler.next(), handler.next(), handler.next(), handler.next()))
        .containsExactly("initial a2", "update a23", "add b1", "delete a3");
    await().atMost(30, TimeUnit.SECONDS).until(thread::hasSynced);
    await().atMost(30, TimeUnit.SECONDS).until(() -> thread.pending() == 0);
  }

  @Test
  void aLateHandlerGetsThePresentStateFirst() throws Exception {
    reader.load();
    log.append("a", "1", 0);
    follow();
    Recorder handler = new Recorder();
    add(handler);
    log.append("a", "2", 0);
    follow();
    assertThat(List.of(handler.next(), handler.next())).containsExactly("initial a1", "update a12");
  }

  @Test
  void oneThatThrowsIsReportedAndGoesOnAndOthersDoNotNotice() throws Exception {
    reader.load();
    Recorder other = new Recorder();
    Recorder inner = new Recorder();
    add(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(String key, String object, boolean isInInitialList) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void onUpdate(String key, String oldObject, String newObject) {
            inner.onUpdate(key, oldObject, newObject);
          }

          @Override
          public void onDelete(String key, String object, boolean finalStateUnknown) {}
        });
    add(other);
    log.append("a", "1", 0);
    log.append("a", "2", 0);
    follow();
    assertThat(inner.next()).isEqualTo("update a12");
    assertThat(other.next()).isEqualTo("add a1");
    assertThat(problems.poll(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Problem.HandlerThrew.class,
            problem -> assertThat(problem.cause()).hasMessage("broken"));
  }

  @Test
  void withTheEndPolicyOneThatLagsIsEndedWithAnError() throws Exception {
    reader.load();
    CountDownLatch gate = new CountDownLatch(1);
    HandlerThread<String, String> slow =
        add(
            new Recorder(gate),
            HandlerOptions.defaults()
                .withCapacity(3)
                .withWhenFull(HandlerOptions.WhenFull.END_HANDLER));
    Recorder quick = new Recorder();
    add(quick);
    for (int i = 0; i < 6; i++) {
      log.append("a", String.valueOf(i), 0);
      follow();
    }
    for (int i = 0; i < 6; i++) {
      assertThat(quick.next()).isNotNull();
    }
    assertThat(slow.error())
        .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("3 changes"));
    assertThat(cache.shown().handlers()).hasSize(1);
    assertThat(problems.poll()).isInstanceOf(Problem.HandlerEnded.class);
    gate.countDown();
  }

  @Test
  void withTheWaitPolicyNothingIsLost() throws Exception {
    reader.load();
    CountDownLatch gate = new CountDownLatch(1);
    Recorder slow = new Recorder(gate);
    add(slow, HandlerOptions.defaults().withCapacity(2));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 20; i++) {
                log.append("k", String.valueOf(i), 0);
                follow();
              }
            });
    assertThat(slow.entered.await(30, TimeUnit.SECONDS)).isTrue();
    gate.countDown();
    for (int i = 0; i < 20; i++) {
      assertThat(slow.next()).endsWith(String.valueOf(i));
    }
    writer.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aWriterThatWaitsIsReleasedWhenTheHandlerIsRemoved() throws Exception {
    reader.load();
    CountDownLatch gate = new CountDownLatch(1);
    Recorder stuck = new Recorder(gate);
    HandlerThread<String, String> thread = add(stuck, HandlerOptions.defaults().withCapacity(1));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 10; i++) {
                log.append("k", String.valueOf(i), 0);
                follow();
              }
            });
    assertThat(stuck.entered.await(30, TimeUnit.SECONDS)).isTrue();
    thread.stop();
    writer.get(30, TimeUnit.SECONDS);
    gate.countDown();
    assertThat(cache.shown().handlers()).isEmpty();
  }

  @Test
  void eachIsResyncedAtItsOwnPace() throws Exception {
    log.append("a", "1", 0);
    reader.load();
    Recorder resynced = new Recorder();
    add(resynced, HandlerOptions.defaults().withResyncEvery(Duration.ofSeconds(60)));
    Recorder other = new Recorder();
    add(other);
    assertThat(List.of(resynced.next(), other.next())).containsExactly("initial a1", "initial a1");
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> cache.shown().handlers().stream().allMatch(HandlerThread::hasSynced));
    cache.idle();
    now = now.plusSeconds(59);
    cache.idle();
    now = now.plusSeconds(1);
    cache.idle();
    assertThat(resynced.next()).isEqualTo("update a11");
    // Done with before the next: what is still being told again is not begun anew.
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> cache.shown().handlers().stream().allMatch(one -> one.pending() == 0));
    now = now.plusSeconds(60);
    cache.idle();
    assertThat(resynced.next()).isEqualTo("update a11");
    log.append("b", "1", 0);
    follow();
    assertThat(resynced.next()).isEqualTo("add b1");
    assertThat(other.next()).isEqualTo("add b1");
  }

  @Test
  void aFilteredOneSeesWhatMatchesComeAndGo() throws Exception {
    reader.load();
    Recorder even = new Recorder();
    add(
        ResourceEventHandler.<String, String>filtered(
            (key, object) -> Integer.parseInt(object) % 2 == 0, even));
    for (String value : new String[] {"1", "2", "4", "5", "7", "8"}) {
      log.append("a", value, 0);
    }
    log.append("a", null, 0);
    follow();
    assertThat(List.of(even.next(), even.next(), even.next(), even.next(), even.next()))
        .containsExactly("add a2", "update a24", "delete a4", "add a8", "delete a8");
  }

  @Test
  void afterAnotherLoadDifferencesAreToldAndWhatVanishedIsMarked() throws Exception {
    log.append("same", "1", 0);
    log.append("gone", "1", 0);
    log.append("changed", "1", 0);
    reader.load();
    Recorder handler = new Recorder();
    add(handler);
    for (int i = 0; i < 3; i++) {
      assertThat(handler.next()).startsWith("initial ");
    }
    MemoryLog created = new MemoryLog();
    created.append("same", "1", 0);
    created.append("changed", "2", 0);
    created.append("new", "1", 0);
    created.new Reader(cache).load();
    assertThat(List.of(handler.next(), handler.next(), handler.next()))
        .containsExactlyInAnyOrder("vanished gone1", "update changed12", "add new1");
  }
}
