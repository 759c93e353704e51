package dev.tidings.informer;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Codec;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.IndexedStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the stores of an informer: empty, or from a checkpoint. */
final class Stores<K, V> {
  private final Map<String, IndexFunction<? super K, ? super V>> indexes;
  private final @Nullable Codec<K, V> encoded;
  private final boolean asItCame;
  private final @Nullable Checkpoints<K, V> checkpoints;
  private final ProblemListener problems;

  /** A kept state, and when its objects expire. */
  record Restored<K, V>(
      IndexedStore<K, V> store, ResourceVersion resourceVersion, Map<K, Long> expiresMillis) {}

  /**
   * @param encoded how objects are kept encoded; null to keep them decoded
   * @param asItCame whether what is kept is what was read: nothing is left out or transformed
   * @param checkpoints where states are kept; null for nowhere
   */
  Stores(
      Map<String, IndexFunction<? super K, ? super V>> indexes,
      @Nullable Codec<K, V> encoded,
      boolean asItCame,
      @Nullable Checkpoints<K, V> checkpoints,
      ProblemListener problems) {
    this.indexes = new LinkedHashMap<>(indexes);
    this.encoded = encoded;
    this.asItCame = asItCame;
    this.checkpoints = checkpoints;
    this.problems = problems;
  }

  /** An empty one. */
  synchronized IndexedStore<K, V> newStore() {
    return encoded == null
        ? new IndexedStore<>(indexes, this::report)
        : IndexedStore.encoded(encoded, indexes, this::report);
  }

  private void report(String index, RuntimeException thrown) {
    problems.onProblem(new Problem.IndexFunctionThrew(index, thrown));
  }

  /** Adds an index to the stores that are made from now on. */
  synchronized void addIndex(String name, IndexFunction<? super K, ? super V> function) {
    indexes.put(name, function);
  }

  /** Whether a load can do with records that are not decoded. */
  boolean loadsBytes() {
    return encoded != null && asItCame;
  }

  /** A kept state that the log can be read on from; null if there is none. */
  @Nullable Restored<K, V> restore(
      ResourceVersion beginning, ResourceVersion completeFrom, ResourceVersion end) {
    return checkpoints == null
        ? null
        : checkpoints.load(newStore(), encoded != null, beginning, completeFrom, end);
  }
}
