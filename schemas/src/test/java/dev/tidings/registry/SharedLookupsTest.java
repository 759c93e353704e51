package dev.tidings.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tidings.registry.RegistryException.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client remembers: found once, bounded, failures only briefly. */
@Timeout(60)
class SharedLookupsTest {
  private final AtomicInteger lookups = new AtomicInteger();
  private final SharedLookups<Integer, String> shared = new SharedLookups<>(10);

  @Test
  void looksUpOnce() {
    assertThat(get(1)).isEqualTo("1");
    assertThat(get(1)).isEqualTo("1");
    assertThat(lookups).hasValue(1);
  }

  @Test
  void staysWithinItsCapacityAndKeepsWhatIsNew() {
    for (int i = 0; i < 1_000; i++) {
      get(i);
    }
    for (int i = 0; i < 1_000; i++) {
      get(i);
    }
    assertThat(lookups.get()).isGreaterThanOrEqualTo(1_990);
  }

  @Test
  void aFailureIsNotRemembered() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                shared.get(
                    1,
                    () -> {
                      throw new IllegalStateException("no");
                    }));
    assertThat(get(1)).isEqualTo("1");
  }

  @Test
  void aFailureIsToldToAllThatWait() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch fail = new CountDownLatch(1);
    FutureTask<String> first =
        new FutureTask<>(
            () ->
                shared.get(
                    1,
                    () -> {
                      asked.countDown();
                      awaitUninterruptibly(fail);
                      throw new IllegalStateException("no");
                    }));
    FutureTask<String> second = new FutureTask<>(() -> get(1));
    start(first);
    asked.await();
    awaitBlocked(start(second));
    fail.countDown();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(first::get)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(second::get)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(lookups).hasValue(0);
  }

  @Test
  void anInterruptOfTheFirstDoesNotFailTheOthers() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupt = new CountDownLatch(1);
    FutureTask<String> first =
        new FutureTask<>(
            () ->
                shared.get(
                    1,
                    () -> {
                      asked.countDown();
                      awaitUninterruptibly(interrupt);
                      throw new RegistryException(Kind.INTERRUPTED, "interrupted", null);
                    }));
    FutureTask<String> second = new FutureTask<>(() -> get(1));
    start(first);
    asked.await();
    awaitBlocked(start(second));
    interrupt.countDown();
    assertThat(second.get()).isEqualTo("1");
  }

  @Test
  void anInterruptOfOneThatWaitsIsItsOwn() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    FutureTask<String> first =
        new FutureTask<>(
            () ->
                shared.get(
                    1,
                    () -> {
                      asked.countDown();
                      awaitUninterruptibly(answer);
                      return "late";
                    }));
    FutureTask<String> second = new FutureTask<>(() -> get(1));
    start(first);
    asked.await();
    Thread waiting = start(second);
    awaitBlocked(waiting);
    waiting.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(second::get)
        .withCauseInstanceOf(RegistryException.class);
    answer.countDown();
    assertThat(first.get()).isEqualTo("late");
  }

  @Test
  void unknownIdsAreForgottenTogetherAndSoon() {
    AtomicLong now = new AtomicLong();
    UnknownIds unknown = new UnknownIds(Duration.ofSeconds(1), 3, now::get);
    RegistryException failure =
        new RegistryException(Kind.NOT_FOUND, "no 1", null, 404, 40403, null);
    unknown.check(1);
    unknown.add(1, failure);
    now.set(Duration.ofMillis(999).toNanos());
    unknown.add(2, failure);
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> unknown.check(1))
        .withMessage("no 1")
        .matches(e -> e.kind() == Kind.NOT_FOUND && e.errorCode() == 40403);
    now.set(Duration.ofSeconds(1).toNanos());
    unknown.check(1);
    unknown.check(2);
  }

  @Test
  void unknownIdsStayWithinTheirCapacity() {
    UnknownIds unknown = new UnknownIds(Duration.ofSeconds(1), 3, () -> 0L);
    RegistryException failure = new RegistryException(Kind.NOT_FOUND, "no", null);
    for (int id = 0; id < 4; id++) {
      unknown.add(id, failure);
    }
    unknown.check(0);
    assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> unknown.check(3));
  }

  private String get(int key) {
    return shared.get(
        key,
        () -> {
          lookups.incrementAndGet();
          return Integer.toString(key);
        });
  }

  private static Thread start(FutureTask<?> task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** A thread's own wait cannot be hooked: its state is the condition. */
  private static void awaitBlocked(Thread thread) {
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
