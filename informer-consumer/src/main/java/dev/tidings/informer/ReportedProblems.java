package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs problems, hands them on, and remembers the last. What may come with every single object is
 * logged once in a while, with the number of those that were not; the listener gets all. Safe for
 * any thread.
 */
final class ReportedProblems implements ProblemListener {
  private static final Logger log = LoggerFactory.getLogger(ReportedProblems.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final ProblemListener listener;
  private final InstantSource clock;

  /** By kind. Guarded by itself. */
  private final Map<Class<?>, Repeats> repeats = new HashMap<>();

  private volatile @Nullable Problem last;

  /** Problems of one kind since a line was logged. */
  private static final class Repeats {
    long nextMillis;
    long unsaid;
  }

  /**
   * @param listener the user's
   */
  ReportedProblems(ProblemListener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /** What the last problem was; null if there was none. */
  @Nullable String last() {
    Problem problem = last;
    return problem == null ? null : problem.describe();
  }

  @Override
  public void onProblem(Problem problem) {
    last = problem;
    long unsaid = mayComeWithEveryObject(problem) ? unsaidUntil(problem) : 0;
    if (unsaid >= 0) {
      log(problem, unsaid);
    }
    try {
      listener.onProblem(problem);
    } catch (RuntimeException e) {
      log.warn("The problem listener threw", e);
    }
  }

  private static boolean mayComeWithEveryObject(Problem problem) {
    return problem instanceof Problem.HandlerThrew
        || problem instanceof Problem.IndexFunctionThrew
        || problem instanceof Problem.UnreadableRecord;
  }

  /**
   * @return how many like it were not logged; -1 if this one is not to be, either
   */
  private long unsaidUntil(Problem problem) {
    long now = clock.millis();
    synchronized (repeats) {
      Repeats kind = repeats.computeIfAbsent(problem.getClass(), type -> new Repeats());
      if (now < kind.nextMillis) {
        kind.unsaid++;
        return -1;
      }
      long unsaid = kind.unsaid;
      kind.unsaid = 0;
      kind.nextMillis = now + PAUSE.toMillis();
      return unsaid;
    }
  }

  private static void log(Problem problem, long unsaid) {
    String text =
        unsaid == 0
            ? problem.describe()
            : "%s (and %,d more like it)".formatted(problem.describe(), unsaid);
    if (problem instanceof Problem.HandlerThrew || problem instanceof Problem.IndexFunctionThrew) {
      // Somebody's code is wrong: they need to know where.
      log.warn("{}", text, problem.cause());
    } else {
      log.warn("{}", text);
    }
  }
}
