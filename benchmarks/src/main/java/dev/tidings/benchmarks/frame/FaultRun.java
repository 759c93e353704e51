package dev.tidings.benchmarks.frame;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Processes are killed at random for a while; then everything is counted. Stateless. */
public interface FaultRun {
  /** What {@code benchmarks/faults} calls it. */
  String name();

  /** One line for people. */
  String description();

  /**
   * Runs.
   *
   * @param duration how long there are faults
   * @param seed decides which
   * @param out for what happens on the way
   * @return what must hold
   */
  List<Target> run(Duration duration, long seed, PrintStream out) throws Exception;
}
