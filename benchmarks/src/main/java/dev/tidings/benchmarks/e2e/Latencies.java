package dev.tidings.benchmarks.e2e;

import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times from sending to seeing. Thread-safe. */
final class Latencies {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final Histogram nanos = new ConcurrentHistogram(LONGEST_NANOS, 3);

  void add(long nanosTaken) {
    nanos.recordValue(Math.min(Math.max(0, nanosTaken), LONGEST_NANOS));
  }

  void reset() {
    nanos.reset();
  }

  double millis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d)",
        millis(50),
        millis(99),
        nanos.getMaxValue() / 1e6,
        nanos.getTotalCount());
  }
}
