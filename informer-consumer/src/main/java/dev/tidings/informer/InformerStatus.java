package dev.tidings.informer;

import dev.tidings.informer.reflector.LoadProgress;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How an informer is doing, at one moment.
 *
 * @param state where it is in its life
 * @param resourceVersion what the cache includes
 * @param load how far the load is
 * @param objects in the cache
 * @param lag per partition, how many committed offsets were still to be read a moment ago
 * @param sinceContact how long nothing was heard of Kafka: the cache may be older than it seems
 * @param recordsRead since the start
 * @param recordsUnreadable skipped because they could not be decoded
 * @param handlers at work
 * @param watches open
 * @param watchesTerminated ended because they were too slow, since the start
 * @param watchCapacity how many changes there is room for in memory, at the moment
 * @param lastProblem the newest, for people; stays when it is over
 */
public record InformerStatus(
    State state,
    ResourceVersion resourceVersion,
    LoadProgress load,
    int objects,
    Map<Integer, Long> lag,
    Duration sinceContact,
    long recordsRead,
    long recordsUnreadable,
    int handlers,
    int watches,
    long watchesTerminated,
    int watchCapacity,
    Optional<String> lastProblem) {

  /** NEW → LOADING → SYNCED, and from each of them → FAILED or CLOSED, which are final. */
  public enum State {
    NEW,
    LOADING,
    SYNCED,
    FAILED,
    CLOSED
  }

  /** How many committed offsets were still to be read a moment ago, of all partitions. */
  public long totalLag() {
    return lag.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Whether the cache can be relied on: synced, and Kafka was heard of not longer ago than this.
   */
  public boolean isHealthy(Duration maxSinceContact) {
    return state == State.SYNCED && sinceContact.compareTo(maxSinceContact) <= 0;
  }
}
