package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.ExpiredException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers the states that somebody is paging through: a few, for a while. They share most of
 * their memory with the present state. Safe for any thread.
 */
final class Pages<K, V> {
  private static final int MAX_LISTS = 16;
  private static final Duration KEEP = Duration.ofMinutes(5);

  private record Kept<K, V>(Snapshot<K, V> snapshot, long usedMillis) {}

  private final InstantSource clock;
  // By resource version; the one used last is the last.
  private final Map<ResourceVersion, Kept<K, V>> lists = new LinkedHashMap<>();

  Pages(InstantSource clock) {
    this.clock = clock;
  }

  Page<K, V> first(Snapshot<K, V> snapshot, int limit) {
    return page(snapshot, 0, limit);
  }

  Page<K, V> next(String token, int limit) {
    int dot = token.lastIndexOf('.');
    int skip;
    ResourceVersion version;
    try {
      version = ResourceVersion.parse(token.substring(0, Math.max(0, dot)));
      skip = Integer.parseInt(token.substring(dot + 1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + token + "' does not continue a list: use what the page before gave", e);
    }
    Snapshot<K, V> snapshot = kept(version);
    if (skip < 0 || skip > snapshot.size()) {
      throw new IllegalArgumentException("'" + token + "' is beyond the end of its list");
    }
    return page(snapshot, skip, limit);
  }

  private synchronized Snapshot<K, V> kept(ResourceVersion version) {
    Kept<K, V> kept = lists.get(version);
    if (kept == null || clock.millis() - kept.usedMillis() > KEEP.toMillis()) {
      throw new ExpiredException("the list it continues is no longer remembered");
    }
    return kept.snapshot();
  }

  private Page<K, V> page(Snapshot<K, V> snapshot, int skip, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("A page has at least one object, not " + limit);
    }
    List<Map.Entry<K, V>> entries = snapshot.page(skip, limit);
    int after = skip + entries.size();
    if (entries.size() < limit || after >= snapshot.size()) {
      return new Page<>(entries, snapshot.resourceVersion(), Optional.empty(), 0);
    }
    keep(snapshot);
    return new Page<>(
        entries,
        snapshot.resourceVersion(),
        Optional.of(snapshot.resourceVersion().asText() + "." + after),
        snapshot.size() - after);
  }

  private synchronized void keep(Snapshot<K, V> snapshot) {
    long now = clock.millis();
    Kept<K, V> before = lists.remove(snapshot.resourceVersion());
    Snapshot<K, V> same = before == null ? snapshot : before.snapshot();
    lists.put(snapshot.resourceVersion(), new Kept<>(same, now));
    for (Iterator<Kept<K, V>> oldest = lists.values().iterator(); oldest.hasNext(); ) {
      boolean tooOld = now - oldest.next().usedMillis() > KEEP.toMillis();
      if (!tooOld && lists.size() <= MAX_LISTS) {
        return;
      }
      oldest.remove();
    }
  }
}
