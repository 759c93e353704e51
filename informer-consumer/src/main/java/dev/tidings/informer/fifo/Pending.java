package dev.tidings.informer.fifo;

import java.util.Set;

/** What comes out of a {@link DeltaFifo}. */
public sealed interface Pending<K, V> permits Delta, Pending.Partitions {

  /**
   * Other partitions are followed from here on.
   *
   * @param gained those that are new
   * @param lost those that are no longer followed
   */
  record Partitions<K, V>(Set<Integer> gained, Set<Integer> lost) implements Pending<K, V> {}
}
