package dev.tidings.informer;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.watch.WatchCache;
import java.time.InstantSource;
import java.util.Map;

/** Caches for tests that feed them by hand. */
final class Caches {
  private Caches() {}

  /** One of decoded objects that do not expire. */
  static <K, V> Cache<K, V> plain(
      Map<String, IndexFunction<? super K, ? super V>> indexes,
      WatchCache<K, V> watchCache,
      ProblemListener problems) {
    return expiring(Expiry.never(), indexes, watchCache, problems, InstantSource.system());
  }

  static <K, V> Cache<K, V> expiring(
      Expiry<V> expiry,
      Map<String, IndexFunction<? super K, ? super V>> indexes,
      WatchCache<K, V> watchCache,
      ProblemListener problems,
      InstantSource clock) {
    return new Cache<>(
        new Stores<>(indexes, null, true, null, problems),
        expiry,
        watchCache,
        problems,
        MutationDetector.none(),
        clock);
  }
}
