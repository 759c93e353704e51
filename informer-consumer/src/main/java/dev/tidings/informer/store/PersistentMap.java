package dev.tidings.informer.store;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map that shares its structure with the maps it was made from, so that a
 * snapshot costs nothing and a change copies a few small arrays.
 *
 * <p>Maps are safe for any thread once handed over safely; an {@link Editor} belongs to one thread.
 */
final class PersistentMap<K, V> implements ObjectMap<K, V>, Iterable<Map.Entry<K, V>> {
  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(new Leaf(null, 0), 0);

  private final HashTrie.Node root;
  private final int size;

  private PersistentMap(HashTrie.Node root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked") // Nothing in it has a type.
  static <K, V> PersistentMap<K, V> empty() {
    return (PersistentMap<K, V>) EMPTY;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  @SuppressWarnings("unchecked") // Only a V is stored beside a key.
  public @Nullable V get(K key) {
    int hash = spread(key);
    return (V) ((Leaf) HashTrie.leafFor(root, hash)).get(hash, key);
  }

  /** Starts from this map; this map stays as it is. */
  Editor<K, V> edit() {
    return new Editor<>(this);
  }

  @Override
  @SuppressWarnings("unchecked") // Even slots hold keys, odd ones values.
  public void forEach(BiConsumer<? super K, ? super V> action) {
    for (HashTrie.Leaves<Leaf> leaves = new HashTrie.Leaves<>(root); leaves.hasNext(); ) {
      Object[] slots = leaves.next().slots;
      for (int slot = 0; slot < slots.length; slot += 2) {
        if (slots[slot] != null) {
          action.accept((K) slots[slot], (V) slots[slot + 1]);
        }
      }
    }
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return iterator(Map::entry, 0);
  }

  @Override
  public <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> view, int skip) {
    return new Entries<>(root, view, skip);
  }

  private static int spread(Object key) {
    return HashTrie.spread(key.hashCode());
  }

  /** Hashes in one array, keys and values side by side in another; linear probing. */
  private static final class Leaf extends HashTrie.Leaf {
    private static final int MIN_CAPACITY = 4;
    private static final int MAX_CAPACITY = 64;
    private static final int[] NO_HASHES = new int[0];
    private static final Object[] NO_SLOTS = new Object[0];

    int[] hashes = NO_HASHES;
    @Nullable Object[] slots = NO_SLOTS;

    Leaf(@Nullable Object owner, int bits) {
      super(owner, bits);
    }

    @Override
    Leaf copy(@Nullable Object owner) {
      Leaf copy = new Leaf(owner, bits);
      copy.size = size;
      copy.hashes = hashes.clone();
      copy.slots = slots.clone();
      return copy;
    }

    @Nullable Object get(int hash, Object key) {
      int place = find(hash, key);
      return place < 0 ? null : slots[2 * place + 1];
    }

    /** Where the key is; less than 0 if it is not here. */
    int find(int hash, Object key) {
      int[] all = hashes;
      Object[] entries = slots;
      int mask = all.length - 1;
      if (mask < 0) {
        return -1;
      }
      for (int place = hash & mask; ; place = (place + 1) & mask) {
        Object present = entries[2 * place];
        if (present == null) {
          return -1;
        }
        if (all[place] == hash && (present == key || present.equals(key))) {
          return place;
        }
      }
    }

    // Of linear probing one place must stay free, and some more for speed.
    private boolean isFull() {
      int capacity = hashes.length;
      return size >= capacity - capacity / 8 - (capacity < 8 ? 1 : 0);
    }

    @Override
    boolean mustSplit() {
      return hashes.length >= MAX_CAPACITY && bits < Integer.SIZE && isFull();
    }

    /** Adds what is not here yet. */
    void add(int hash, Object key, Object value) {
      if (isFull()) {
        resize(Math.max(MIN_CAPACITY, 2 * hashes.length));
      }
      place(hash, key, value);
    }

    private void place(int hash, Object key, Object value) {
      int mask = hashes.length - 1;
      int place = hash & mask;
      while (slots[2 * place] != null) {
        place = (place + 1) & mask;
      }
      hashes[place] = hash;
      slots[2 * place] = key;
      slots[2 * place + 1] = value;
      size++;
    }

    private void resize(int capacity) {
      int[] oldHashes = hashes;
      Object[] oldSlots = slots;
      hashes = new int[capacity];
      slots = new Object[2 * capacity];
      size = 0;
      for (int place = 0; place < oldHashes.length; place++) {
        Object key = oldSlots[2 * place];
        Object value = oldSlots[2 * place + 1];
        if (key != null && value != null) {
          place(oldHashes[place], key, value);
        }
      }
    }

    void removeAt(int place) {
      int mask = hashes.length - 1;
      int hole = place;
      // Those behind it move up, so that no probe ends early.
      for (int next = (hole + 1) & mask; slots[2 * next] != null; next = (next + 1) & mask) {
        int home = hashes[next] & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
          hashes[hole] = hashes[next];
          slots[2 * hole] = slots[2 * next];
          slots[2 * hole + 1] = slots[2 * next + 1];
          hole = next;
        }
      }
      slots[2 * hole] = null;
      slots[2 * hole + 1] = null;
      size--;
      if (hashes.length > MIN_CAPACITY && size < hashes.length / 4) {
        resize(hashes.length / 2);
      }
    }

    HashTrie.Halves<Leaf> halves(@Nullable Object owner) {
      return new HashTrie.Halves<>(half(owner, 0), half(owner, 1));
    }

    private Leaf half(@Nullable Object owner, int bit) {
      Leaf half = new Leaf(owner, bits + 1);
      half.resize(hashes.length);
      for (int place = 0; place < hashes.length; place++) {
        Object key = slots[2 * place];
        Object value = slots[2 * place + 1];
        if (key != null && value != null && isIn(hashes[place], bit)) {
          half.place(hashes[place], key, value);
        }
      }
      if (half.size < hashes.length / 4) {
        half.resize(hashes.length / 2);
      }
      return half;
    }
  }

  /** Changes a map in place where nobody else can see it. For one thread. */
  static final class Editor<K, V> {
    private final HashTrie.Editor<Leaf> tree;
    private int size;

    private Editor(PersistentMap<K, V> from) {
      tree = new HashTrie.Editor<>(from.root, Leaf::halves);
      size = from.size;
    }

    int size() {
      return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable V get(K key) {
      int hash = spread(key);
      return (V) tree.leafFor(hash).get(hash, key);
    }

    /** The map as it is now: never changes, whatever is edited after. */
    PersistentMap<K, V> freeze() {
      return new PersistentMap<>(tree.freeze(), size);
    }

    /** Returns the value before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable V put(K key, V value) {
      int hash = spread(key);
      Leaf leaf = tree.leafFor(hash);
      int place = leaf.find(hash, key);
      if (place >= 0) {
        Leaf mine = tree.own(leaf, hash);
        V previous = (V) mine.slots[2 * place + 1];
        mine.slots[2 * place + 1] = value;
        return previous;
      }
      tree.ownWithRoom(hash).add(hash, key, value);
      size++;
      return null;
    }

    /** Returns the value before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable V remove(K key) {
      int hash = spread(key);
      Leaf leaf = tree.leafFor(hash);
      int place = leaf.find(hash, key);
      if (place < 0) {
        return null;
      }
      Leaf mine = tree.own(leaf, hash);
      V previous = (V) mine.slots[2 * place + 1];
      mine.removeAt(place);
      size--;
      if (size == 0) {
        tree.startOver(new Leaf(null, 0));
      }
      return previous;
    }
  }

  private static final class Entries<K, V, T> implements Iterator<T> {
    private final HashTrie.Leaves<Leaf> leaves;
    private final BiFunction<? super K, ? super V, ? extends T> view;
    private @Nullable Object[] slots = Leaf.NO_SLOTS;
    private int slot;

    Entries(HashTrie.Node root, BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      leaves = new HashTrie.Leaves<>(root);
      this.view = view;
      int left = skip;
      while (leaves.hasNext()) {
        Leaf leaf = leaves.next();
        if (left < leaf.size) {
          slots = leaf.slots;
          break;
        }
        left -= leaf.size;
      }
      settle();
      for (; left > 0 && hasNext(); left--) {
        slot += 2;
        settle();
      }
    }

    // Moves on to a key.
    private void settle() {
      while (true) {
        while (slot < slots.length && slots[slot] == null) {
          slot += 2;
        }
        if (slot < slots.length || !leaves.hasNext()) {
          return;
        }
        slots = leaves.next().slots;
        slot = 0;
      }
    }

    @Override
    public boolean hasNext() {
      return slot < slots.length;
    }

    @Override
    @SuppressWarnings("unchecked") // Even slots hold keys, odd ones values.
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      K key = (K) slots[slot];
      V value = (V) slots[slot + 1];
      slot += 2;
      settle();
      return view.apply(key, value);
    }
  }
}
