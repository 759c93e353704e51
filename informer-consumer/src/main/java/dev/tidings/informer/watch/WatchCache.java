package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  /** What readers may see: the ring up to a tail, which stands for a resource version. */
  record Frontier<K, V>(Ring<K, V> ring, long tail, ResourceVersion resourceVersion) {}

  private final int capacity;
  private final InstantSource clock;
  private final Set<CachedWatch<K, V>> watches = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Frontier<K, V> frontier;
  private volatile boolean closed;

  // The writer's own.
  private @Nullable Ring<K, V> filling;

  /**
   * @param capacity how many changes to keep; rounded up to a power of two
   * @param clock for the times of bookmarks
   */
  public WatchCache(int capacity, InstantSource clock) {
    if (capacity < 1 || capacity > 1 << 24) {
      throw new IllegalArgumentException(
          "The watch cache keeps between 1 and " + (1 << 24) + " changes, not " + capacity);
    }
    this.capacity = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    this.clock = clock;
  }

  /**
   * By the writer: what follows are the changes from this position on, in a window of their own.
   */
  public void startOver(ResourceVersion beginning) {
    filling = new Ring<>(capacity, beginning);
  }

  /** By the writer: adds changes that watches see after the next {@link #publish}. */
  public void append(List<LogChange<K, V>> changes) {
    ring().append(changes);
  }

  /** By the writer: adds changes and shows everything so far, as of this resource version. */
  public void publish(List<LogChange<K, V>> changes, ResourceVersion resourceVersion) {
    Ring<K, V> ring = ring();
    frontier = new Frontier<>(ring, ring.append(changes), resourceVersion);
    watches.forEach(CachedWatch::wake);
  }

  private Ring<K, V> ring() {
    Ring<K, V> ring = filling;
    if (ring == null) {
      throw new IllegalStateException("Nothing can be added before a beginning is known");
    }
    return ring;
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

  void forget(CachedWatch<K, V> watch) {
    watches.remove(watch);
  }
}
