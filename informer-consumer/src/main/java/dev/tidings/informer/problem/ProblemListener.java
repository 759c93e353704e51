package dev.tidings.informer.problem;

/**
 * Hears of problems. Called on the informer's threads: it must be quick, and what it throws is
 * logged and otherwise ignored.
 */
@FunctionalInterface
public interface ProblemListener {
  void onProblem(Problem problem);
}
