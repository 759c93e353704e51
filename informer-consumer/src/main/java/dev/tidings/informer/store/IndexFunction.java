package dev.tidings.informer.store;

import java.util.Collection;

/**
 * Says under which values an object is found in an index: none, one or several.
 *
 * <p>Must be pure: for equal keys and objects always the same values, because the values of the
 * former state are computed again to take it out. Called on the informer's own thread, so it must
 * be quick. When it throws, the object is left out of this index, and that is reported.
 */
@FunctionalInterface
public interface IndexFunction<K, V> {
  Collection<String> valuesOf(K key, V object);
}
