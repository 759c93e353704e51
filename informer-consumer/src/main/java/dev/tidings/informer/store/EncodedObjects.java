package dev.tidings.informer.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Stream;
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
  private final Arena arena = new Arena();
  private final HashTrie.Editor<Leaf> tree = new HashTrie.Editor<>(new Leaf(null, 0));
  private int size;
  private boolean freed;

  EncodedObjects(Codec<K, V> codec) {
    this.codec = codec;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable V get(K key) {
    byte[] bytes = codec.encodeKey(key);
    int hash = hash(bytes);
    Arena.Segments segments = arena.segments();
    int place = tree.leafFor(hash).find(hash, bytes, segments);
    return place < 0
        ? null
        : codec.decodeValue(segments.value(tree.leafFor(hash).references[place]));
  }

  @Override
  public @Nullable V put(K key, V object, byte[] keyBytes, byte @Nullable [] valueBytes) {
    int before = set(keyBytes, valueBytes != null ? valueBytes : codec.encodeValue(object), false);
    return take(before);
  }

  @Override
  public @Nullable V remove(K key, byte @Nullable [] keyBytes) {
    return take(unset(keyBytes != null ? keyBytes : codec.encodeKey(key)));
  }

  @Override
  public void load(byte[] keyBytes, byte @Nullable [] valueBytes) {
    int before = valueBytes == null ? unset(keyBytes) : set(keyBytes, valueBytes, true);
    if (before != 0) {
      free(before);
    }
  }

  private @Nullable V take(int reference) {
    if (reference == 0) {
      return null;
    }
    V object = codec.decodeValue(arena.segments().value(reference));
    free(reference);
    return object;
  }

  private void free(int reference) {
    arena.free(reference);
    freed = true;
  }

  // Returns the reference that is no longer used; 0 for none.
  private int set(byte[] key, byte[] value, boolean overwriting) {
    int hash = hash(key);
    Leaf leaf = tree.leafFor(hash);
    int place = leaf.find(hash, key, arena.segments());
    if (place < 0) {
      tree.ownWithRoom(hash).add(hash, arena.add(key, value));
      size++;
      return 0;
    }
    int before = leaf.references[place];
    if (overwriting && arena.overwrite(before, key, value)) {
      return 0;
    }
    tree.own(leaf, hash).references[place] = arena.add(key, value);
    return before;
  }

  private int unset(byte[] key) {
    int hash = hash(key);
    Leaf leaf = tree.leafFor(hash);
    int place = leaf.find(hash, key, arena.segments());
    if (place < 0) {
      return 0;
    }
    int before = leaf.references[place];
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
      Arena.Segments segments = arena.segments();
      byte[] key = segments.key(reference);
      int hash = hash(key);
      Leaf leaf = tree.leafFor(hash);
      int place = leaf.find(hash, key, segments);
      if (place >= 0 && leaf.references[place] == reference) {
        tree.own(leaf, hash).references[place] = arena.add(key, segments.value(reference));
      }
    }
    arena.drop(segment);
    return true;
  }

  private static int hash(byte[] bytes) {
    int hash = 1;
    for (byte one : bytes) {
      hash = 31 * hash + one;
    }
    return HashTrie.spread(hash);
  }

  /** Hashes and references, 0 for none; linear probing. */
  private static final class Leaf extends HashTrie.Leaf {
    private static final int[] NONE = new int[0];

    int[] hashes = NONE;
    int[] references = NONE;

    Leaf(@Nullable Object owner, int bits) {
      super(owner, bits);
    }

    @Override
    int capacity() {
      return hashes.length;
    }

    @Override
    Leaf copy(@Nullable Object owner) {
      Leaf copy = new Leaf(owner, bits);
      copy.size = size;
      copy.hashes = hashes.clone();
      copy.references = references.clone();
      return copy;
    }

    int find(int hash, byte[] key, Arena.Segments segments) {
      int mask = hashes.length - 1;
      if (mask < 0) {
        return -1;
      }
      for (int place = hash & mask; references[place] != 0; place = (place + 1) & mask) {
        if (hashes[place] == hash && segments.hasKey(references[place], key)) {
          return place;
        }
      }
      return -1;
    }

    void add(int hash, int reference) {
      if (isFull()) {
        resize(Math.max(MIN_CAPACITY, 2 * hashes.length));
      }
      place(hash, reference);
    }

    private void place(int hash, int reference) {
      int mask = hashes.length - 1;
      int place = hash & mask;
      while (references[place] != 0) {
        place = (place + 1) & mask;
      }
      hashes[place] = hash;
      references[place] = reference;
      size++;
    }

    private void resize(int capacity) {
      int[] oldHashes = hashes;
      int[] oldReferences = references;
      hashes = new int[capacity];
      references = new int[capacity];
      size = 0;
      for (int place = 0; place < oldHashes.length; place++) {
        if (oldReferences[place] != 0) {
          place(oldHashes[place], oldReferences[place]);
        }
      }
    }

    void removeAt(int place) {
      int mask = hashes.length - 1;
      int hole = place;
      // Those behind it move up, so that no probe ends early.
      for (int next = (hole + 1) & mask; references[next] != 0; next = (next + 1) & mask) {
        int home = hashes[next] & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
          hashes[hole] = hashes[next];
          references[hole] = references[next];
          hole = next;
        }
      }
      references[hole] = 0;
      size--;
      if (hashes.length > MIN_CAPACITY && size < hashes.length / 4) {
        resize(hashes.length / 2);
      }
    }

    @Override
    Leaf half(@Nullable Object owner, int bit) {
      Leaf half = new Leaf(owner, bits + 1);
      half.resize(hashes.length);
      for (int place = 0; place < hashes.length; place++) {
        if (references[place] != 0 && isIn(hashes[place], bit)) {
          half.place(hashes[place], references[place]);
        }
      }
      if (half.size < hashes.length / 4) {
        half.resize(hashes.length / 2);
      }
      return half;
    }
  }

  /** A state that does not change. */
  record Frozen<K, V>(HashTrie.Node root, Arena.Segments segments, int size, Codec<K, V> codec)
      implements ObjectMap<K, V> {

    @Override
    public @Nullable V get(K key) {
      byte[] bytes = codec.encodeKey(key);
      int hash = hash(bytes);
      Leaf leaf = (Leaf) HashTrie.leafFor(root, hash);
      int place = leaf.find(hash, bytes, segments);
      return place < 0 ? null : codec.decodeValue(segments.value(leaf.references[place]));
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
      iterator(Map::entry, 0)
          .forEachRemaining(entry -> action.accept(entry.getKey(), entry.getValue()));
    }

    /** All objects as they are kept. */
    Iterator<Map.Entry<byte[], byte[]>> encoded() {
      HashTrie.Leaves<Leaf> leaves = new HashTrie.Leaves<>(root);
      return Stream.generate(() -> leaves.hasNext() ? leaves.next().references : Leaf.NONE)
          .takeWhile(references -> references != Leaf.NONE)
          .flatMap(
              references ->
                  Arrays.stream(references)
                      .filter(reference -> reference != 0)
                      .mapToObj(
                          reference ->
                              Map.entry(segments.key(reference), segments.value(reference))))
          .iterator();
    }

    @Override
    public <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      return new Entries<>(this, view, skip);
    }
  }

  private static final class Entries<K, V, T> implements Iterator<T> {
    private final Frozen<K, V> of;
    private final BiFunction<? super K, ? super V, ? extends T> view;
    private final HashTrie.Leaves<Leaf> leaves;
    private int[] references = Leaf.NONE;
    private int place;
    private @Nullable V value;

    Entries(Frozen<K, V> of, BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      this.of = of;
      this.view = view;
      leaves = new HashTrie.Leaves<>(of.root());
      int left = skip;
      while (leaves.hasNext()) {
        Leaf leaf = leaves.next();
        if (left < leaf.size) {
          references = leaf.references;
          break;
        }
        left -= leaf.size;
      }
      settle(left);
    }

    // Moves on to an object that can be read; those that cannot do not count as skipped.
    private void settle(int skip) {
      int left = skip;
      value = null;
      while (true) {
        for (; place < references.length; place++) {
          if (references[place] != 0 && left-- <= 0) {
            value = of.codec().decodeValue(of.segments().value(references[place]));
            if (value != null) {
              return;
            }
          }
        }
        if (!leaves.hasNext()) {
          return;
        }
        references = leaves.next().references;
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
      K key = of.codec().decodeKey(of.segments().key(references[place]));
      place++;
      settle(0);
      return view.apply(key, object);
    }
  }
}
