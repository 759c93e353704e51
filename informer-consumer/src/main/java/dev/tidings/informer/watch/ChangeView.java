package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one watch's user sees of the changes, and up to where they were looked at. Whatever the
 * position includes was seen, and is skipped when it comes again from another source.
 *
 * <p>For one thread at a time.
 */
final class ChangeView<K, V> {
  private final WatchOptions<K, V> options;
  private final Supplier<Snapshot<K, V>> snapshot;
  private final Position position;
  // Keys that a record in Kafka's history has deleted and none has brought back since.
  private final Set<K> deletedInHistory = new HashSet<>();

  ChangeView(
      WatchOptions<K, V> options, Supplier<Snapshot<K, V>> snapshot, ResourceVersion beginning) {
    this.options = options;
    this.snapshot = snapshot;
    position = new Position(beginning);
  }

  ResourceVersion position() {
    return position.toResourceVersion();
  }

  /** Everything up to here was looked at, whether it showed or not. */
  void advanceTo(ResourceVersion reached) {
    position.advanceTo(reached);
  }

  /** A change from the window in memory; null if it does not show. */
  @Nullable Change<K, V> show(LogChange<K, V> change) {
    return show(change, false);
  }

  /** A change from Kafka's history; null if it does not show. */
  @Nullable Change<K, V> showFromHistory(LogChange<K, V> change) {
    if (change.object() != null) {
      deletedInHistory.remove(change.key());
    } else {
      deletedInHistory.add(change.key());
    }
    return show(change, true);
  }

  private @Nullable Change<K, V> show(LogChange<K, V> change, boolean fromHistory) {
    if (position.includes(change.partition(), change.offset())) {
      return null;
    }
    if (isOutdated(change)) {
      position.include(change.partition(), change.offset());
      return null;
    }
    K key = change.key();
    V object = change.object();
    V previous = change.previous();
    boolean matched = previous != null && matches(key, previous);
    boolean isUnknown = fromHistory && !options.previousStates();
    boolean matches = object != null && matches(key, object);
    position.include(change.partition(), change.offset());
    if (matches) {
      return matched
          ? new Change<>(ChangeType.MODIFIED, key, object, previous, position())
          : new Change<>(ChangeType.ADDED, key, object, null, position());
    }
    // What is not known may well have matched.
    if (matched || (previous == null && (object == null || isUnknown))) {
      return new Change<>(ChangeType.DELETED, key, previous, previous, position());
    }
    return null;
  }

  // An expiry has no place among the records. When more of those were seen, from Kafka's history,
  // than were known when it was found out, the object may have come back in between, or have been
  // deleted by a record.
  private boolean isOutdated(LogChange<K, V> change) {
    ResourceVersion asOf = change.expiredAsOf();
    if (asOf == null) {
      return false;
    }
    if (!position.isBeyond(asOf)) {
      // What was seen in the history is known to this expiry, and to all that follow.
      deletedInHistory.clear();
      return false;
    }
    return deletedInHistory.contains(change.key()) || snapshot.get().get(change.key()) != null;
  }

  boolean matches(K key, V object) {
    try {
      return options.filter().test(key, object);
    } catch (RuntimeException e) {
      throw new WatchFailedException("The watch's filter failed on key " + key + ": " + e, e);
    }
  }
}
