package dev.tidings.dedup.topology;

/**
 * How state is kept.
 *
 * @param kind where
 * @param mergedBeforeCommit whether changes are collected on the heap and written once before each
 *     commit; otherwise each is written as it comes, through Kafka Streams' own cache
 * @param exactlyOnce whether outputs, state and consumed offsets commit together
 * @param keptOnDisk whether what is in memory is written to disk at an orderly end, and found there
 *     by the next start
 */
public record StoreSettings(
    Kind kind, boolean mergedBeforeCommit, boolean exactlyOnce, boolean keptOnDisk) {
  /** Where state is kept; in Kafka too, always. */
  public enum Kind {
    /** On the heap: fastest. */
    MEMORY,
    /** On disk: for more open windows than memory holds. */
    ROCKSDB
  }
}
