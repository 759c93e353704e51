package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The recent changes of a topic, kept in memory for watches.
 *
 * <p>One writer fills it. While a topic is loaded, a new window is filled that nobody sees ({@link
 * #startOver}, {@link #append}); {@link #publish} shows it, and from then on each call adds to it.
 * Watches read at their own pace, on their own threads: no watch costs the writer more than waking
 * it.
 */
public final class WatchCache<K, V> {
  private static final Duration REACH = Duration.ofSeconds(75);
  private static final Duration BUDGET = Duration.ofSeconds(30);

  /** What readers may see: the ring up to a tail, which stands for a resource version. */
  record Frontier<K, V>(
      Ring<K, V> ring, long tail, ResourceVersion resourceVersion, @Nullable Set<Integer> share) {

    /** Whether a position is of the partitions there are here, as far as that can be told. */
    boolean isOfThisShare(ResourceVersion position) {
      Set<Integer> mine = share;
      if (mine == null) {
        return true;
      }
      for (int partition = 0; partition < position.partitions(); partition++) {
        if (position.offset(partition) > 0 && !mine.contains(partition)) {
          return false;
        }
      }
      return mine.stream()
          .allMatch(one -> position.offset(one) > 0 || resourceVersion.offset(one) == 0);
    }
  }

  private final RingSize size;
  private final Duration budget;
  private final InstantSource clock;
  private final Set<CachedWatch<K, V>> watches = ConcurrentHashMap.newKeySet();
  private final LongAdder terminated = new LongAdder();
  private volatile @Nullable Frontier<K, V> frontier;
  private volatile boolean closed;

  // The writer's own.
  private @Nullable Ring<K, V> filling;
  private @Nullable Set<Integer> share;

  /**
   * One that keeps a fixed number of changes.
   *
   * @param capacity how many changes to keep; rounded up to a power of two
   * @param clock for the times of bookmarks
   */
  public WatchCache(int capacity, InstantSource clock) {
    this(capacity, capacity, BUDGET, clock);
  }

  /**
   * One that keeps the changes of the last 75 seconds, within bounds.
   *
   * @param least how many changes to keep at least; rounded up to a power of two
   * @param most how many at most; rounded up to a power of two
   * @param budget how long a watch may be behind by more than half of them
   * @param clock for the times of bookmarks and the pace of changes
   */
  public WatchCache(int least, int most, Duration budget, InstantSource clock) {
    size = RingSize.between(least, most, REACH);
    this.budget = budget;
    this.clock = clock;
  }

  /**
   * By the writer: what follows are the changes from this position on, in a window of their own.
   *
   * @param partitions a group's share that they are of; null for all
   */
  public void startOver(ResourceVersion beginning, @Nullable Set<Integer> partitions) {
    filling = new Ring<>(size, beginning);
    share = partitions;
  }

  /** How many changes a window keeps at least. */
  public int leastCapacity() {
    return size.least();
  }

  /** By the writer: adds changes that watches see after the next {@link #publish}. */
  public void append(List<LogChange<K, V>> changes) {
    ring().append(changes, clock.millis(), false);
  }

  /** By the writer: adds changes and shows everything so far, as of this resource version. */
  public void publish(List<LogChange<K, V>> changes, ResourceVersion resourceVersion) {
    Ring<K, V> ring = ring();
    long tail = ring.append(changes, clock.millis(), true);
    frontier = new Frontier<>(ring, tail, resourceVersion, share);
    watches.forEach(CachedWatch::wake);
  }

  /** By the writer: what expired before this place may not be known. */
  public void forgetExpiriesBefore(long place) {
    ring().forgetExpiriesBefore(place);
  }

  private Ring<K, V> ring() {
    Ring<K, V> ring = filling;
    if (ring == null) {
      throw new IllegalStateException("Nothing can be added before a beginning is known");
    }
    return ring;
  }

  /**
   * By the writer, now and then: ends the watches that are behind for too long.
   *
   * @param sinceLast how long ago the last call was
   */
  public void endSlowWatches(Duration sinceLast) {
    for (CachedWatch<K, V> watch : watches) {
      if (watch.isOverBudget(sinceLast, budget)) {
        watch.endAsSlow();
      }
    }
  }

  /**
   * Begins a watch. From any thread.
   *
   * @param snapshot the cache's present state
   * @throws ExpiredException if what follows the given resource version is known nowhere
   * @throws IllegalStateException before anything was published
   */
  public Watch<K, V> watch(
      WatchOptions<K, V> options, History.Source<K, V> source, Supplier<Snapshot<K, V>> snapshot) {
    CachedWatch<K, V> watch = new CachedWatch<>(this, options, source, clock, snapshot);
    watches.add(watch);
    if (closed) {
      watch.close();
      throw new WatchClosedException("The informer");
    }
    return watch;
  }

  /** How many watches are open. */
  public int watchCount() {
    return watches.size();
  }

  /** How many watches were ended because they were too slow, since the start. */
  public long terminated() {
    return terminated.sum();
  }

  /** How many changes there is room for at the moment. */
  public int capacity() {
    Frontier<K, V> seen = frontier;
    return seen == null ? 0 : seen.ring().capacity();
  }

  /** Ends the watches there are, from any thread, for this reason. */
  public void expireAll(String why) {
    watches.forEach(watch -> watch.close(new ExpiredException(why)));
  }

  /** Ends all watches, and lets no new ones begin. From any thread. */
  public void close() {
    closed = true;
    watches.forEach(watch -> watch.close(new WatchClosedException("The informer")));
  }

  Frontier<K, V> frontier() {
    Frontier<K, V> seen = frontier;
    if (seen == null) {
      throw new IllegalStateException(
          "The topic is not loaded yet: call awaitSync before watching it");
    }
    return seen;
  }

  void countTerminated() {
    terminated.increment();
  }

  void forget(CachedWatch<K, V> watch) {
    watches.remove(watch);
  }
}
