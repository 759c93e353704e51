package dev.tidings.informer.store;

import dev.tidings.informer.rv.ResourceVersion;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of the cache: objects by key, and the indexes over them.
 *
 * <p>Belongs to one thread, which shows a state to others by {@link #freeze}. Until {@link
 * #buildIndexes()} the indexes are empty and cost nothing: a load builds them once, at its end.
 */
public final class IndexedStore<K, V> {
  private final ObjectEditor<K, V> objects;
  private final Map<String, IndexFunction<? super K, ? super V>> functions;
  private final Map<String, Index<K, V>> indexes = new LinkedHashMap<>();
  private final BiConsumer<String, RuntimeException> failures;
  private boolean indexing;

  /**
   * Objects kept as they are.
   *
   * @param functions by index name
   * @param failures told the name of an index and what its function threw
   */
  public IndexedStore(
      Map<String, ? extends IndexFunction<? super K, ? super V>> functions,
      BiConsumer<String, RuntimeException> failures) {
    this(new DecodedObjects<>(), functions, failures);
  }

  /**
   * Objects kept encoded, and decoded when they are asked for.
   *
   * @param codec decodes them
   */
  public static <K, V> IndexedStore<K, V> encoded(
      Codec<K, V> codec,
      Map<String, ? extends IndexFunction<? super K, ? super V>> functions,
      BiConsumer<String, RuntimeException> failures) {
    return new IndexedStore<>(new EncodedObjects<>(codec), functions, failures);
  }

  private IndexedStore(
      ObjectEditor<K, V> objects,
      Map<String, ? extends IndexFunction<? super K, ? super V>> functions,
      BiConsumer<String, RuntimeException> failures) {
    this.objects = objects;
    this.functions = new LinkedHashMap<>(functions);
    this.failures = failures;
    functions.forEach((name, function) -> indexes.put(name, newIndex(name, function)));
  }

  private Index<K, V> newIndex(String name, IndexFunction<? super K, ? super V> function) {
    return new Index<>(name, function, objects instanceof DecodedObjects, failures);
  }

  public @Nullable V get(K key) {
    return objects.get(key);
  }

  public int size() {
    return objects.size();
  }

  /**
   * Adds or replaces an object.
   *
   * @param valueBytes what it was decoded from; null if it was made otherwise
   * @return the one before, or null
   */
  public @Nullable V put(K key, V object, byte[] keyBytes, byte @Nullable [] valueBytes) {
    V previous = objects.put(key, object, keyBytes, valueBytes);
    if (indexing) {
      indexes.values().forEach(index -> index.change(key, previous, object));
    }
    return previous;
  }

  /** Takes an object out; returns it, or null. */
  public @Nullable V remove(K key, byte @Nullable [] keyBytes) {
    V previous = objects.remove(key, keyBytes);
    if (indexing && previous != null) {
      indexes.values().forEach(index -> index.change(key, previous, null));
    }
    return previous;
  }

  /**
   * While loading: takes a record over as it came. Only for stores that keep objects encoded. The
   * buffers' positions stay as they are.
   *
   * @param value null if the key's object is deleted
   */
  public void load(ByteBuffer key, @Nullable ByteBuffer value) {
    objects.load(key, value);
  }

  /**
   * While loading: lets another thread get the memory for what comes next, if objects are kept
   * encoded.
   *
   * @param by null when all is loaded
   */
  public void allocateAhead(@Nullable Executor by) {
    objects.allocateAhead(by);
  }

  /** When all is loaded: tidies up, and {@linkplain #buildIndexes builds the indexes}. */
  public void finishLoad() {
    objects.tidy();
    buildIndexes();
  }

  /** Fills the indexes from the objects there are; from then on they follow every change. */
  public void buildIndexes() {
    ObjectMap<K, V> all = objects.freeze();
    indexes.values().forEach(index -> index.fill(all));
    indexing = true;
  }

  /**
   * Adds an index, filled from the objects there are.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  public void addIndex(String name, IndexFunction<? super K, ? super V> function) {
    if (functions.putIfAbsent(name, function) != null) {
      throw new IllegalArgumentException("There are two indexes named '" + name + "'");
    }
    Index<K, V> index = newIndex(name, function);
    if (indexing) {
      index.fill(objects.freeze());
    }
    indexes.put(name, index);
  }

  /** The state as it is now, for any thread. */
  public Snapshot<K, V> freeze(ResourceVersion resourceVersion) {
    Map<String, PersistentMap<String, PersistentMap<K, Object>>> frozen = new HashMap<>();
    indexes.forEach((name, index) -> frozen.put(name, index.freeze()));
    return new Snapshot<>(resourceVersion, objects.freeze(), Map.copyOf(frozen));
  }
}
