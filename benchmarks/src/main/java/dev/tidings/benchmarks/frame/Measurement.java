package dev.tidings.benchmarks.frame;

import java.io.PrintStream;
import java.util.List;

/** Something measured next to its peers, in one run. Stateless. */
public interface Measurement {
  /** What {@code benchmarks/run} calls it. */
  String name();

  /** One line for people. */
  String description();

  /**
   * Measures.
   *
   * @param quick whether a minute must do
   * @param out for what it finds on the way
   * @return what must be reached
   */
  List<Target> run(boolean quick, PrintStream out) throws Exception;
}
