package dev.tidings.informer;

import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.Indexer;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Keeps the newest state of every key of a topic in memory, indexed, and tells of changes: what an
 * informer of client-go does for the objects of an API server, for a topic.
 *
 * <ul>
 *   <li>{@link #indexer()} and {@link #list()} read what it has, without waiting;
 *   <li>{@link #list(Freshness, Duration)} waits until it has what the caller must see;
 *   <li>{@link #addHandler} calls a handler with the state there is and with every change;
 *   <li>{@link #watch} gives every change after a position, from memory or from Kafka.
 * </ul>
 *
 * <p>Threads: one reads the topic and is the only writer; each handler has one of its own; a watch
 * uses its caller's. All methods are safe for any thread.
 *
 * @param <K> the keys; need {@code equals} and {@code hashCode}
 * @param <V> the objects; must not be changed by anyone, as all readers share them
 */
public interface SharedInformer<K, V> extends AutoCloseable {

  /**
   * Begins to describe an informer.
   *
   * @param topic to read; all its partitions
   * @param keys and {@code values} decode the records; they are called by several threads, and stay
   *     the caller's to close
   */
  static <K, V> InformerBuilder<K, V> builder(
      String topic, Deserializer<? extends K> keys, Deserializer<? extends V> values) {
    return new InformerBuilder<>(topic, keys, values);
  }

  /**
   * Starts loading; returns at once.
   *
   * @return this
   * @throws InformerException if the Kafka client's properties are wrong
   * @throws IllegalStateException if it was started before, or closed
   */
  SharedInformer<K, V> start();

  /**
   * Whether all that was committed when the informer started is in the cache. Of one that shares
   * the topic with a group: when it got the partitions it has now; while others are loaded, the
   * cache shows those it had.
   */
  boolean hasSynced();

  /**
   * Waits until {@link #hasSynced()}.
   *
   * @return false if that took longer than the time-out; {@link #status()} says how far it is and
   *     what holds it up
   * @throws InformerException if it never will: the topic does not exist, access is denied, closed
   */
  boolean awaitSync(Duration timeout) throws InterruptedException;

  /**
   * Adds a handler with the default options. See {@link ResourceEventHandler} for what it gets.
   *
   * @throws IllegalStateException if the informer is closed
   */
  default HandlerRegistration addHandler(ResourceEventHandler<? super K, ? super V> handler) {
    return addHandler(handler, HandlerOptions.defaults());
  }

  /**
   * Adds a handler. See {@link ResourceEventHandler} for what it gets.
   *
   * @throws IllegalStateException if the informer is closed
   */
  HandlerRegistration addHandler(
      ResourceEventHandler<? super K, ? super V> handler, HandlerOptions options);

  /** The cache: empty until the informer has synced, then always the newest state. */
  Indexer<K, V> indexer();

  /**
   * Adds an index; it is there when this returns, filled from the objects there are.
   *
   * @throws IllegalArgumentException if there is one of that name
   * @throws InformerException if that took longer than the time-out, or the informer is closed
   */
  void addIndex(String name, IndexFunction<? super K, ? super V> function, Duration timeout)
      throws InterruptedException;

  /** What the cache has now, unchanging, with its resource version. */
  default Snapshot<K, V> list() {
    return indexer().snapshot();
  }

  /**
   * What the cache has as soon as it is fresh enough.
   *
   * @param timeout for all of it, asking Kafka included
   * @throws CacheBehindException if it was not fresh enough in time
   * @throws dev.tidings.informer.watch.ExpiredException if the resource version to wait for is of
   *     another topic, or of one that was created again
   * @throws InformerException if it never will be fresh: failed or closed
   */
  Snapshot<K, V> list(Freshness freshness, Duration timeout) throws InterruptedException;

  /**
   * The first objects of a list that is too long to be given at once.
   *
   * @param limit how many
   */
  Page<K, V> page(int limit);

  /**
   * More of a list, as it was when its first page was asked for. It is remembered for five minutes
   * after each page, and the last sixteen only.
   *
   * @param next what the page before gave
   * @throws dev.tidings.informer.watch.ExpiredException if the list is no longer remembered: begin
   *     again
   * @throws IllegalArgumentException if no page gave this
   */
  Page<K, V> page(int limit, String next);

  /**
   * The state of an earlier point, rebuilt from the topic's log; on the caller's thread. Exact as
   * long as the log has it all: compaction removes states that have been replaced since, and
   * retention old records, and what they held is then missing.
   *
   * @throws dev.tidings.informer.watch.ExpiredException if the log begins after that point, or the
   *     topic was created again
   * @throws CacheBehindException if it could not be read in time
   */
  Snapshot<K, V> listAt(At at, Duration timeout) throws InterruptedException;

  /**
   * One object as of an earlier point: as {@link #listAt}, without keeping the others.
   *
   * @return empty if there was none, or it is no longer known
   */
  Optional<V> getAt(K key, At at, Duration timeout) throws InterruptedException;

  /**
   * Follows the changes from a position on. The informer must have synced.
   *
   * @throws dev.tidings.informer.watch.ExpiredException if what follows the position is known
   *     nowhere any more: list again
   * @throws dev.tidings.informer.watch.WatchEndedException if the watch could not begin
   * @throws IllegalStateException if the informer has not synced
   */
  Watch<K, V> watch(WatchOptions<K, V> options);

  /** How it is doing. */
  InformerStatus status();

  /**
   * Ends all watches and handlers, and stops reading. What handlers have not seen yet they will not
   * see. Takes seconds at most; further calls do nothing.
   */
  @Override
  void close();
}
