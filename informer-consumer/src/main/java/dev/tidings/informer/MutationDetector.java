package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who changes objects that everybody shares: remembers what each looked like when it came
 * and looks again each second, for two minutes. For tests: it costs a copy of every object. The
 * informer's writer only.
 */
final class MutationDetector<K, V> {
  private static final long LOOK_EVERY_MILLIS = TimeUnit.SECONDS.toMillis(1);
  private static final long KEEP_MILLIS = TimeUnit.MINUTES.toMillis(2);

  private record Seen<K, V>(K key, V object, Object looked, long sinceMillis) {}

  private final @Nullable Function<? super V, ?> look;
  private final ProblemListener problems;
  private final Deque<Seen<K, V>> seen = new ArrayDeque<>();
  private long nowMillis;
  private long lookedMillis;

  /**
   * @param look what an object looks like: something with {@code equals} that shares nothing with
   *     it, such as its text or its encoded form
   */
  MutationDetector(@Nullable Function<? super V, ?> look, ProblemListener problems) {
    this.look = look;
    this.problems = problems;
  }

  /** One that finds nothing. */
  static <K, V> MutationDetector<K, V> none() {
    return new MutationDetector<>(null, problem -> {});
  }

  void watch(K key, V object) {
    if (look != null) {
      seen.add(new Seen<>(key, object, look.apply(object), nowMillis));
    }
  }

  /** Reports each object that is no longer what it was; once. */
  void look(long now) {
    nowMillis = now;
    if (look == null || now - lookedMillis < LOOK_EVERY_MILLIS) {
      return;
    }
    lookedMillis = now;
    while (!seen.isEmpty() && now - seen.getFirst().sinceMillis() > KEEP_MILLIS) {
      check(seen.removeFirst());
    }
    seen.removeIf(this::check);
  }

  private boolean check(Seen<K, V> one) {
    Object now = look == null ? one.looked() : look.apply(one.object());
    if (one.looked().equals(now)) {
      return false;
    }
    problems.onProblem(
        new Problem.ObjectMutated(
            String.valueOf(one.key()),
            new IllegalStateException("it was " + one.looked() + ", and is now " + now)));
    return true;
  }
}
