package dev.tidings.informer.store;

import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Objects by key, unchanging; in one order, which means nothing. Safe for any thread. */
interface ObjectMap<K, V> {
  @Nullable V get(K key);

  int size();

  void forEach(BiConsumer<? super K, ? super V> action);

  /**
   * Looks at one entry after the other.
   *
   * @param skip how many to leave out, from the first on
   */
  <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> view, int skip);
}
