package dev.tidings.registry;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Ids that the registry just said it does not have, so that a run of foreign messages does not ask
 * for the same id once a message. Forgets soon: the id may be given at any time. Thread-safe.
 */
final class UnknownIds {
  private final ConcurrentMap<Integer, RegistryException> failures = new ConcurrentHashMap<>();
  private final long lifetimeNanos;
  private final int capacity;
  private final LongSupplier nanoTime;
  private volatile long startedNanos;

  /**
   * @param lifetime for how long an id is remembered, at most
   * @param nanoTime as {@link System#nanoTime}
   */
  UnknownIds(Duration lifetime, int capacity, LongSupplier nanoTime) {
    this.lifetimeNanos = lifetime.toNanos();
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.startedNanos = nanoTime.getAsLong();
  }

  /** Throws what was thrown for this id before, if that is not long ago. */
  void check(int id) {
    if (failures.isEmpty()) {
      return;
    }
    if (nanoTime.getAsLong() - startedNanos >= lifetimeNanos) {
      failures.clear();
      return;
    }
    RegistryException failure = failures.get(id);
    if (failure != null) {
      throw new RegistryException(
          failure.kind(),
          String.valueOf(failure.getMessage()),
          failure,
          failure.status(),
          failure.errorCode(),
          null);
    }
  }

  void add(int id, RegistryException failure) {
    // All go together: the oldest decides, so that none stays longer than its lifetime.
    if (failures.isEmpty() || failures.size() >= capacity) {
      failures.clear();
      startedNanos = nanoTime.getAsLong();
    }
    failures.put(id, failure);
  }
}
