package dev.tidings.informer.reflector;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the loading of a topic is.
 *
 * @param records read so far
 * @param offsetsDone offsets passed so far, of all partitions; more than there are records, as logs
 *     have gaps
 * @param offsetsTotal offsets to pass
 * @param elapsed since the load began, or how long it took
 */
public record LoadProgress(long records, long offsetsDone, long offsetsTotal, Duration elapsed) {
  /** Before anything is known. */
  public static final LoadProgress NONE = new LoadProgress(0, 0, 0, Duration.ZERO);

  /** From 0 to 100. When there is nothing to load, 100. */
  public double percent() {
    return offsetsTotal == 0 ? 100 : 100.0 * offsetsDone / offsetsTotal;
  }

  /** How long the rest takes at the pace so far; empty before anything was read. */
  public Optional<Duration> remaining() {
    if (offsetsDone >= offsetsTotal) {
      return Optional.of(Duration.ZERO);
    }
    if (offsetsDone == 0) {
      return Optional.empty();
    }
    double perOffset = (double) elapsed.toNanos() / offsetsDone;
    return Optional.of(Duration.ofNanos((long) (perOffset * (offsetsTotal - offsetsDone))));
  }
}
