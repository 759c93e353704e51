package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some of the objects of a list. All pages of a list are of the same state.
 *
 * @param entries keys with their objects
 * @param resourceVersion of the list: a watch from here continues it
 * @param next asks for the next page; empty on the last
 * @param remaining how many objects come after these
 */
public record Page<K, V>(
    List<Map.Entry<K, V>> entries,
    ResourceVersion resourceVersion,
    Optional<String> next,
    int remaining) {}
