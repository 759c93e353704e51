package dev.tidings.registry;

import dev.tidings.registry.RegistryException.Kind;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Remembers what was looked up and cannot change, up to a number of entries. Threads that ask for
 * the same key at once share one look-up, made by the first of them; a failure is told to all of
 * them and not remembered.
 */
final class SharedLookups<K, V> {
  private final int capacity;
  private final ConcurrentMap<K, CompletableFuture<V>> entries = new ConcurrentHashMap<>();

  SharedLookups(int capacity) {
    this.capacity = capacity;
  }

  /**
   * @param lookup must end in bounded time; may throw {@link RuntimeException}
   */
  V get(K key, Supplier<V> lookup) {
    while (true) {
      CompletableFuture<V> entry = entries.get(key);
      if (entry == null) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        entry = entries.putIfAbsent(key, mine);
        if (entry == null) {
          return lead(key, mine, lookup);
        }
      }
      try {
        return entry.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryException(
            Kind.INTERRUPTED, "Interrupted while another thread asked the schema registry", e);
      } catch (ExecutionException e) {
        // The first thread's interruption is not ours: ask again.
        if (!(e.getCause() instanceof RegistryException r && r.kind() == Kind.INTERRUPTED)) {
          throw rethrown(e);
        }
      }
    }
  }

  private V lead(K key, CompletableFuture<V> mine, Supplier<V> lookup) {
    try {
      V value = lookup.get();
      makeRoom();
      mine.complete(value);
      return value;
    } catch (Throwable e) {
      entries.remove(key, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  /** Any finished entry may go: it can be looked up again. */
  private void makeRoom() {
    Iterator<CompletableFuture<V>> all = entries.values().iterator();
    while (entries.size() > capacity && all.hasNext()) {
      if (all.next().isDone()) {
        all.remove();
      }
    }
  }

  private static RuntimeException rethrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
  }
}
