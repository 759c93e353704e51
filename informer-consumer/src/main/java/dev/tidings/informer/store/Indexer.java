package dev.tidings.informer.store;

/**
 * The cache as it is at the moment of each call. Two calls may see two states: ask one {@link
 * #snapshot()} for answers that belong together.
 */
public non-sealed interface Indexer<K, V> extends Reads<K, V> {

  /** The newest state, whole and unchanging. Costs nothing, and may be kept. */
  Snapshot<K, V> snapshot();
}
