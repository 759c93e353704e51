package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.List;

/**
 * Reads the changes after a resource version from the topic itself, for one watch.
 *
 * <p>One thread at a time, but for {@link #wakeup()}.
 */
public interface History<K, V> extends AutoCloseable {

  /** Opens histories; safe for any thread. */
  @FunctionalInterface
  interface Source<K, V> {
    /**
     * @throws ExpiredException if the topic no longer has what came after this position
     */
    History<K, V> open(ResourceVersion from);

    /**
     * @param previousStates whether what objects were before their first change must be known
     * @throws ExpiredException if the topic no longer has what came after this position
     */
    default History<K, V> open(ResourceVersion from, boolean previousStates) {
      return open(from);
    }
  }

  /**
   * Changes, in the order of their partitions, and the position after them.
   *
   * @param position everything below it has been given, by this batch or an earlier one
   */
  record Batch<K, V>(List<LogChange<K, V>> changes, ResourceVersion position) {}

  /**
   * Waits at most this long for more. The batch may be empty.
   *
   * @throws ExpiredException if the topic has lost what comes next
   */
  Batch<K, V> read(Duration maxWait);

  /** Makes a waiting {@link #read} return early. From any thread. */
  void wakeup();

  @Override
  void close();
}
