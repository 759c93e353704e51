package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a watch.
 *
 * @param key of the object; null for a bookmark
 * @param object the new state; for {@code DELETED} the last known one, or null if none is known;
 *     null for a bookmark
 * @param previous the state before, or null if there was none or it is not known
 * @param resourceVersion a watch from here continues after this change
 */
public record Change<K, V>(
    ChangeType type,
    @Nullable K key,
    @Nullable V object,
    @Nullable V previous,
    ResourceVersion resourceVersion) {

  public Change {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(resourceVersion, "resourceVersion");
  }

  static <K, V> Change<K, V> bookmark(ResourceVersion resourceVersion) {
    return new Change<>(ChangeType.BOOKMARK, null, null, null, resourceVersion);
  }
}
