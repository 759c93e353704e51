package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a reflector hands the topic to. All calls come from the reflector's one thread, in this
 * order:
 *
 * <ol>
 *   <li>{@link #startOver}: a load begins. Again whenever the topic can no longer be followed;
 *   <li>{@link #record} for each record, in the order of its partition, each followed, at the
 *       latest when there are none at the moment, by {@link #advanced};
 *   <li>{@link #caughtUp} once per load, when all that was committed at its start has been given;
 *   <li>{@link #record} and {@link #advanced}, for ever.
 * </ol>
 */
public interface RecordSink<K, V> {

  /**
   * A load begins.
   *
   * @param beginning where the topic's log begins
   * @param completeFrom from here on no deletion can have been forgotten by compaction
   */
  void startOver(ResourceVersion beginning, ResourceVersion completeFrom);

  /**
   * A record.
   *
   * @param value null if the key's object is deleted
   */
  void record(int partition, long offset, K key, @Nullable V value);

  /** Everything below this position has been given, and nothing above it. */
  void advanced(ResourceVersion position);

  /** The load is done: everything below this position has been given. */
  void caughtUp(ResourceVersion position);
}
