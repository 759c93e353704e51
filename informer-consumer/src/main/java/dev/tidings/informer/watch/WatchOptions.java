package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a watch begins and what it shows. Immutable; start with one of {@link #fromNow()}, {@link
 * #from} and {@link #withInitialState()}.
 *
 * @param start where it begins
 * @param from the resource version to continue after, for {@link Start#RESOURCE_VERSION} only
 * @param filter which objects it shows. One that stops matching is shown as {@code DELETED}, one
 *     that begins to as {@code ADDED}. (Where compaction has removed the state from before the
 *     watch's beginning, that it once matched is not known.)
 * @param bookmarkEvery how long the resource version may move on without a word
 * @param previousStates whether a watch that is served from Kafka first reads the log up to its
 *     beginning, to know what each object was before
 */
public record WatchOptions<K, V>(
    Start start,
    @Nullable ResourceVersion from,
    BiPredicate<? super K, ? super V> filter,
    Duration bookmarkEvery,
    boolean previousStates) {

  /** Where a watch begins. */
  public enum Start {
    /** After what the cache has. */
    NOW,
    /** After a resource version. */
    RESOURCE_VERSION,
    /** With the objects there are, as {@code ADDED}, then one bookmark, then what changes. */
    INITIAL_STATE
  }

  private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(60);

  public WatchOptions {
    Objects.requireNonNull(filter, "filter");
    if ((start == Start.RESOURCE_VERSION) != (from != null)) {
      throw new IllegalArgumentException(
          "A resource version is for a watch that begins at one, and there it is needed");
    }
    if (bookmarkEvery.isNegative() || bookmarkEvery.isZero()) {
      throw new IllegalArgumentException(
          "bookmarkEvery must be longer than zero, not " + bookmarkEvery);
    }
  }

  /** Changes after what the cache has when the watch begins. */
  public static <K, V> WatchOptions<K, V> fromNow() {
    return new WatchOptions<>(Start.NOW, null, (key, object) -> true, BOOKMARK_EVERY, true);
  }

  /** Changes after a resource version: a list's, or that of a change seen before. */
  public static <K, V> WatchOptions<K, V> from(ResourceVersion resourceVersion) {
    return new WatchOptions<>(
        Start.RESOURCE_VERSION, resourceVersion, (key, object) -> true, BOOKMARK_EVERY, true);
  }

  /**
   * The objects there are, each {@code ADDED}, then a bookmark, then what changes. Until that
   * bookmark there is no position to resume from, and the resource versions are that of the topic's
   * beginning.
   */
  public static <K, V> WatchOptions<K, V> withInitialState() {
    return new WatchOptions<>(
        Start.INITIAL_STATE, null, (key, object) -> true, BOOKMARK_EVERY, true);
  }

  /** The filter is called on the thread that takes the changes. */
  public WatchOptions<K, V> filter(BiPredicate<? super K, ? super V> filter) {
    return new WatchOptions<>(start, from, filter, bookmarkEvery, previousStates);
  }

  /** Default: one minute. */
  public WatchOptions<K, V> bookmarkEvery(Duration bookmarkEvery) {
    return new WatchOptions<>(start, from, filter, bookmarkEvery, previousStates);
  }

  /**
   * Begins at once, wherever in Kafka's history that is, instead of reading what comes before it.
   * What an object was before its first change is then not known: that change is shown as {@code
   * ADDED}, or as a {@code DELETED} without an object. Where the changes are still in memory
   * everything is known all the same.
   */
  public WatchOptions<K, V> withoutPreviousStates() {
    return new WatchOptions<>(start, from, filter, bookmarkEvery, false);
  }
}
