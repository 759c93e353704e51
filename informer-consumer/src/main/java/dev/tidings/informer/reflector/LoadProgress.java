package dev.tidings.informer.reflector;

/**
 * How far the loading of a topic is.
 *
 * @param records read so far
 * @param offsetsDone offsets passed so far, of all partitions; more than there are records, as logs
 *     have gaps
 * @param offsetsTotal offsets to pass
 */
public record LoadProgress(long records, long offsetsDone, long offsetsTotal) {
  /** Before anything is known. */
  public static final LoadProgress NONE = new LoadProgress(0, 0, 0);

  /** From 0 to 100. When there is nothing to load, 100. */
  public double percent() {
    return offsetsTotal == 0 ? 100 : 100.0 * offsetsDone / offsetsTotal;
  }
}
