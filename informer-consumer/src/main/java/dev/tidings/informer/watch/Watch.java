package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Follows the changes of a topic's objects from one position on: every change once, in the order of
 * its partition, each with the resource version that resumes after it.
 *
 * <p>{@code take} and {@code poll} are for one thread at a time; {@code close} may be called from
 * any and wakes the other. A watch that ended says why at each further call.
 */
public interface Watch<K, V> extends AutoCloseable {

  /**
   * Waits for the next change, for ever.
   *
   * @throws WatchEndedException when there will be none: closed, expired, too slow or failed
   */
  Change<K, V> take() throws InterruptedException;

  /**
   * Waits for the next change, at most this long. Zero looks and does not wait.
   *
   * @return null if there was none
   * @throws WatchEndedException when there will be none: closed, expired, too slow or failed
   */
  @Nullable Change<K, V> poll(Duration timeout) throws InterruptedException;

  /** Resumes after everything that was delivered so far, bookmarks included. */
  ResourceVersion resourceVersion();

  /** Ends the watch. Prompt; further calls do nothing. */
  @Override
  void close();
}
