package dev.tidings.informer.expiry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of objects that will expire, by when. For one thread.
 *
 * <p>Each key waits in the bucket of its second. A key whose object lives longer than was known
 * when it was put there is moved on when its bucket is due, so that an update costs nothing.
 */
public final class ExpiryQueue<K> {
  // As the order of expiry is part of resource versions: 20 bits tell keys of the same
  // millisecond apart, so that every reader has them in the same order.
  private static final int KEY_BITS = 20;
  private static final long BUCKET_MILLIS = 1_000;

  private final Map<K, Long> dueMillis = new HashMap<>();
  private final TreeMap<Long, List<K>> buckets = new TreeMap<>();
  private long last;

  /**
   * An object that has expired.
   *
   * @param place in the order of expiry, above all before
   */
  public record Expired<K>(K key, long place) {}

  /** The place before everything that expires at this time or later. */
  public static long placeOf(long millis) {
    return Math.max(0, millis) << KEY_BITS;
  }

  /** The place of an object that expires at this time. */
  public static long placeOf(long millis, Object key) {
    return placeOf(millis) | key.hashCode() & ((1 << KEY_BITS) - 1);
  }

  /** A key's object now expires at this time, whatever was said before. */
  public void put(K key, long atMillis) {
    Long before = dueMillis.put(key, atMillis);
    if (before == null || atMillis < before) {
      enqueue(key, atMillis);
    }
  }

  /** A key's object is gone. */
  public void remove(K key) {
    dueMillis.remove(key);
  }

  public int size() {
    return dueMillis.size();
  }

  /** When each is due, in milliseconds; as a copy. */
  public Map<K, Long> toMap() {
    return new HashMap<>(dueMillis);
  }

  private void enqueue(K key, long atMillis) {
    buckets
        .computeIfAbsent(Math.floorDiv(atMillis, BUCKET_MILLIS), second -> new ArrayList<>(2))
        .add(key);
  }

  /** Takes out what has expired by now, in the order of expiry. */
  public List<Expired<K>> takeExpired(long nowMillis) {
    List<Expired<K>> expired = new ArrayList<>();
    List<K> later = new ArrayList<>();
    long now = Math.floorDiv(nowMillis, BUCKET_MILLIS);
    while (!buckets.isEmpty() && buckets.firstKey() <= now) {
      for (K key : buckets.pollFirstEntry().getValue()) {
        Long at = dueMillis.get(key);
        if (at == null) {
          continue;
        }
        if (at <= nowMillis) {
          dueMillis.remove(key);
          expired.add(new Expired<>(key, placeOf(at, key)));
        } else {
          later.add(key);
        }
      }
    }
    for (K key : later) {
      enqueue(key, at(key, nowMillis));
    }
    expired.sort(Comparator.comparingLong(Expired::place));
    return inStrictOrder(expired, nowMillis);
  }

  private long at(K key, long otherwise) {
    @Nullable Long at = dueMillis.get(key);
    return at == null ? otherwise : at;
  }

  private List<Expired<K>> inStrictOrder(List<Expired<K>> sorted, long nowMillis) {
    List<Expired<K>> strict = new ArrayList<>(sorted.size());
    for (Expired<K> one : sorted) {
      last = Math.max(last + 1, one.place());
      strict.add(new Expired<>(one.key(), last));
    }
    // What is found to have expired after this call comes after what was found by it.
    last = Math.max(last, placeOf(nowMillis + 1) - 1);
    return strict;
  }

  /** Everything below this place in the order of expiry was taken out. */
  public long place() {
    return last + 1;
  }
}
