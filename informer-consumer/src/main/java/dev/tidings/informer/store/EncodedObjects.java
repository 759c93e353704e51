package dev.tidings.informer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps keys and objects encoded, and decodes them when they are asked for: for large caches, of
 * which little is looked at. An object costs little more than its bytes, and the garbage collector
 * sees large arrays only.
 */
final class EncodedObjects<K, V> implements ObjectEditor<K, V> {
  private static final double WORTH_MOVING = 0.5;
  private static final double WORTH_MOVING_AFTER_LOAD = 0.9;

  private final Codec<K, V> codec;
  private final Arena arena;
  private final HashTrie.Editor<ReferenceLeaf> tree =
      new HashTrie.Editor<>(
          new ReferenceLeaf(null, 0), (leaf, owner) -> leaf.halves(owner, segments()));
  // Keys are looked at here while loading.
  private byte[] keyBytes = new byte[256];
  private int size;
  private boolean freed;

  EncodedObjects(Codec<K, V> codec) {
    this(codec, new Arena());
  }

  EncodedObjects(Codec<K, V> codec, Arena arena) {
    this.codec = codec;
    this.arena = arena;
  }

  private Arena.Segments segments() {
    return arena.segments();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable V get(K key) {
    byte[] bytes = codec.encodeKey(key);
    int hash = Arena.hash(bytes, 0, bytes.length);
    return valueIn(tree.leafFor(hash), hash, bytes, segments(), codec);
  }

  private static <V> @Nullable V valueIn(
      ReferenceLeaf leaf, int hash, byte[] key, Arena.Segments segments, Codec<?, V> codec) {
    int place = leaf.find(hash, key, key.length, segments);
    return place < 0 ? null : codec.decodeValue(segments.value(leaf.reference(place)));
  }

  @Override
  public @Nullable V put(K key, V object, byte[] keyBytes, byte @Nullable [] valueBytes) {
    byte[] value = valueBytes != null ? valueBytes : codec.encodeValue(object);
    return take(set(keyBytes, keyBytes.length, ByteBuffer.wrap(value), false));
  }

  @Override
  public @Nullable V remove(K key, byte @Nullable [] keyBytes) {
    byte[] bytes = keyBytes != null ? keyBytes : codec.encodeKey(key);
    return take(unset(bytes, bytes.length));
  }

  @Override
  public void load(ByteBuffer key, @Nullable ByteBuffer value) {
    int length = key.remaining();
    if (keyBytes.length < length) {
      keyBytes = new byte[2 * length];
    }
    key.get(key.position(), keyBytes, 0, length);
    int before = value == null ? unset(keyBytes, length) : set(keyBytes, length, value, true);
    if (before != 0) {
      free(before);
    }
  }

  @Override
  public void allocateAhead(@Nullable Executor by) {
    arena.allocateAhead(by);
  }

  private @Nullable V take(int reference) {
    if (reference == 0) {
      return null;
    }
    V object = codec.decodeValue(segments().value(reference));
    free(reference);
    return object;
  }

  private void free(int reference) {
    arena.free(reference);
    freed = true;
  }

  // Returns the reference that is no longer used; 0 for none.
  private int set(byte[] key, int keyLength, ByteBuffer value, boolean overwriting) {
    int hash = Arena.hash(key, 0, keyLength);
    ReferenceLeaf leaf = tree.leafFor(hash);
    int place = leaf.find(hash, key, keyLength, segments());
    if (place < 0) {
      tree.ownWithRoom(hash).add(hash, arena.add(key, keyLength, value));
      size++;
      return 0;
    }
    int before = leaf.reference(place);
    if (overwriting && arena.overwrite(before, key, keyLength, value)) {
      return 0;
    }
    tree.own(leaf, hash).set(place, arena.add(key, keyLength, value));
    return before;
  }

  private int unset(byte[] key, int keyLength) {
    int hash = Arena.hash(key, 0, keyLength);
    ReferenceLeaf leaf = tree.leafFor(hash);
    int place = leaf.find(hash, key, keyLength, segments());
    if (place < 0) {
      return 0;
    }
    int before = leaf.reference(place);
    tree.own(leaf, hash).removeAt(place);
    size--;
    return before;
  }

  /** How many bytes the records take, with what is free between them. */
  long capacity() {
    return arena.capacity();
  }

  @Override
  public void tidy() {
    while (moveOut(arena.sparseSegment(WORTH_MOVING_AFTER_LOAD))) {
      // One after the other.
    }
  }

  @Override
  public ObjectMap<K, V> freeze() {
    if (freed) {
      // One at a time, so that no batch waits long.
      freed = moveOut(arena.sparseSegment(WORTH_MOVING));
    }
    return new Frozen<>(tree.freeze(), arena.share(), size, codec);
  }

  private boolean moveOut(int segment) {
    if (segment < 0) {
      return false;
    }
    for (int reference : arena.references(segment)) {
      Arena.Segments segments = segments();
      byte[] key = segments.key(reference);
      int hash = Arena.hash(key, 0, key.length);
      ReferenceLeaf leaf = tree.leafFor(hash);
      int place = leaf.find(hash, key, key.length, segments);
      if (place >= 0 && leaf.reference(place) == reference) {
        ByteBuffer value = ByteBuffer.wrap(segments.value(reference));
        tree.own(leaf, hash).set(place, arena.add(key, key.length, value));
      }
    }
    arena.drop(segment);
    return true;
  }

  /** A state that does not change. */
  record Frozen<K, V>(HashTrie.Node root, Arena.Segments segments, int size, Codec<K, V> codec)
      implements ObjectMap<K, V> {

    @Override
    public @Nullable V get(K key) {
      byte[] bytes = codec.encodeKey(key);
      int hash = Arena.hash(bytes, 0, bytes.length);
      return valueIn((ReferenceLeaf) HashTrie.leafFor(root, hash), hash, bytes, segments, codec);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
      iterator(Map::entry, 0)
          .forEachRemaining(entry -> action.accept(entry.getKey(), entry.getValue()));
    }

    /** Takes an object as it is kept. */
    @FunctionalInterface
    interface EncodedAction {
      void accept(byte[] key, byte[] value) throws IOException;
    }

    /** All objects as they are kept. */
    void forEachEncoded(EncodedAction action) throws IOException {
      HashTrie.Leaves<ReferenceLeaf> leaves = new HashTrie.Leaves<>(root);
      while (leaves.hasNext()) {
        ReferenceLeaf leaf = leaves.next();
        for (int place = 0; place < leaf.size; place++) {
          int reference = leaf.reference(place);
          action.accept(segments.key(reference), segments.value(reference));
        }
      }
    }

    @Override
    public <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      return new Entries<>(this, view, skip);
    }
  }

  private static final class Entries<K, V, T> implements Iterator<T> {
    private final Frozen<K, V> of;
    private final BiFunction<? super K, ? super V, ? extends T> view;
    private final HashTrie.Leaves<ReferenceLeaf> leaves;
    private ReferenceLeaf leaf = ReferenceLeaf.EMPTY;
    private int place;
    private @Nullable V value;

    Entries(Frozen<K, V> of, BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      this.of = of;
      this.view = view;
      leaves = new HashTrie.Leaves<>(of.root());
      int left = skip;
      while (leaves.hasNext()) {
        ReferenceLeaf next = leaves.next();
        if (left < next.size) {
          leaf = next;
          break;
        }
        left -= next.size;
      }
      place = left;
      settle();
    }

    // Moves on to an object that can be read.
    private void settle() {
      value = null;
      while (true) {
        for (; place < leaf.size; place++) {
          value = of.codec().decodeValue(of.segments().value(leaf.reference(place)));
          if (value != null) {
            return;
          }
        }
        if (!leaves.hasNext()) {
          return;
        }
        leaf = leaves.next();
        place = 0;
      }
    }

    @Override
    public boolean hasNext() {
      return value != null;
    }

    @Override
    public T next() {
      V object = value;
      if (object == null) {
        throw new NoSuchElementException();
      }
      K key = of.codec().decodeKey(of.segments().key(leaf.reference(place)));
      place++;
      settle();
      return view.apply(key, object);
    }
  }
}
