package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs problems, hands them on, and remembers the last. Safe for any thread. */
final class ReportedProblems implements ProblemListener {
  private static final Logger log = LoggerFactory.getLogger(ReportedProblems.class);

  private final ProblemListener listener;
  private volatile @Nullable Problem last;

  /**
   * @param listener the user's
   */
  ReportedProblems(ProblemListener listener) {
    this.listener = listener;
  }

  /** What the last problem was; null if there was none. */
  @Nullable String last() {
    Problem problem = last;
    return problem == null ? null : problem.describe();
  }

  @Override
  public void onProblem(Problem problem) {
    last = problem;
    if (problem instanceof Problem.HandlerThrew || problem instanceof Problem.IndexFunctionThrew) {
      // Somebody's code is wrong: they need to know where.
      log.warn("{}", problem.describe(), problem.cause());
    } else {
      log.warn("{}", problem.describe());
    }
    try {
      listener.onProblem(problem);
    } catch (RuntimeException e) {
      log.warn("The problem listener threw", e);
    }
  }
}
