package dev.tidings.benchmarks.frame;

import java.util.Collection;
import java.util.stream.DoubleStream;

/** The one in the middle: what stands for a few runs of the same. */
public final class Median {
  private Median() {}

  /**
   * The one in the middle, the higher of two.
   *
   * @param figures at least one
   */
  public static double of(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** As the other. */
  public static double of(Collection<Double> figures) {
    return of(figures.stream().mapToDouble(Double::doubleValue));
  }
}
