package dev.tidings.informer.store;

import java.util.Arrays;
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
 * <p>Extendible hashing (Fagin and others, 1979) on a wide trie. The highest eight bits of the hash
 * choose a child of the root directory, the next eight one of its child, and so on; entries are in
 * leaves, small hash tables of their own. A leaf stands for all hashes that begin with the same
 * {@code bits} bits, so several neighbouring places of a directory may hold the same leaf; a full
 * leaf is split in two. That keeps the tree two levels deep up to millions of entries, and leaves
 * well filled at any size.
 *
 * <pre>
 *   root ─▶ Directory │ A │ A │ B │ C │ D │ D │ D │ D │ …     A, D: short prefixes, not yet split
 *                               ╰─▶ Leaf: hashes │ key, value │ key, value │ …
 * </pre>
 *
 * <p>Maps are safe for any thread once handed over safely; an {@link Editor} belongs to one thread.
 */
final class PersistentMap<K, V> implements ObjectMap<K, V>, Iterable<Map.Entry<K, V>> {
  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(new Leaf(null, 0), 0);

  private final Node root;
  private final int size;

  private PersistentMap(Node root, int size) {
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
    return (V) leafFor(root, hash).get(hash, key);
  }

  /** Starts from this map; this map stays as it is. */
  Editor<K, V> edit() {
    return new Editor<>(this);
  }

  @Override
  @SuppressWarnings("unchecked") // Even slots hold keys, odd ones values.
  public void forEach(BiConsumer<? super K, ? super V> action) {
    for (Leaves leaves = new Leaves(root); leaves.hasNext(); ) {
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
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }

  private static Leaf leafFor(Node root, int hash) {
    Node node = root;
    for (int shift = Directory.FIRST_SHIFT; node instanceof Directory directory; ) {
      node = directory.children[(hash >>> shift) & Directory.MASK];
      shift -= Directory.BITS;
    }
    return (Leaf) node;
  }

  /** Changed in place only by the editor that made it, before it is frozen. */
  private abstract static sealed class Node {
    final @Nullable Object owner;

    Node(@Nullable Object owner) {
      this.owner = owner;
    }
  }

  private static final class Directory extends Node {
    static final int BITS = 8;
    static final int SIZE = 1 << BITS;
    static final int MASK = SIZE - 1;
    static final int FIRST_SHIFT = 32 - BITS;

    final Node[] children;

    Directory(@Nullable Object owner, Node[] children) {
      super(owner);
      this.children = children;
    }

    static Directory ofHalves(@Nullable Object owner, Leaf low, Leaf high) {
      Node[] children = new Node[SIZE];
      Arrays.fill(children, 0, SIZE / 2, low);
      Arrays.fill(children, SIZE / 2, SIZE, high);
      return new Directory(owner, children);
    }
  }

  /** A hash table with linear probing; what is in it agrees in the first {@code bits} bits. */
  private static final class Leaf extends Node {
    private static final int MIN_CAPACITY = 4;
    private static final int MAX_CAPACITY = 64;
    private static final int[] NO_HASHES = new int[0];
    private static final Object[] NO_SLOTS = new Object[0];

    final int bits;
    int size;
    int[] hashes = NO_HASHES;
    @Nullable Object[] slots = NO_SLOTS;

    Leaf(@Nullable Object owner, int bits) {
      super(owner);
      this.bits = bits;
    }

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

    boolean isFull() {
      return size >= hashes.length - hashes.length / 8 - (hashes.length < 8 ? 1 : 0);
    }

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

    /** Those whose next bit is 0, or 1. */
    Leaf half(@Nullable Object owner, int bit) {
      Leaf half = new Leaf(owner, bits + 1);
      half.resize(hashes.length);
      for (int place = 0; place < hashes.length; place++) {
        Object key = slots[2 * place];
        Object value = slots[2 * place + 1];
        if (key != null && value != null && (hashes[place] >>> (31 - bits) & 1) == bit) {
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
    private Object owner = new Object();
    private Node root;
    private int size;

    private Editor(PersistentMap<K, V> from) {
      root = from.root;
      size = from.size;
    }

    int size() {
      return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable V get(K key) {
      int hash = spread(key);
      return (V) leafFor(root, hash).get(hash, key);
    }

    /** The map as it is now: never changes, whatever is edited after. */
    PersistentMap<K, V> freeze() {
      // What this editor made so far is no longer its own to change.
      owner = new Object();
      return new PersistentMap<>(root, size);
    }

    /** Returns the value before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable V put(K key, V value) {
      int hash = spread(key);
      Leaf leaf = leafFor(root, hash);
      int place = leaf.find(hash, key);
      if (place >= 0) {
        Leaf mine = own(leaf, hash);
        V previous = (V) mine.slots[2 * place + 1];
        mine.slots[2 * place + 1] = value;
        return previous;
      }
      while (leaf.mustSplit()) {
        replace(hash, leaf, leaf.half(owner, 0), leaf.half(owner, 1));
        leaf = leafFor(root, hash);
      }
      own(leaf, hash).add(hash, key, value);
      size++;
      return null;
    }

    /** Returns the value before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable V remove(K key) {
      int hash = spread(key);
      Leaf leaf = leafFor(root, hash);
      int place = leaf.find(hash, key);
      if (place < 0) {
        return null;
      }
      Leaf mine = own(leaf, hash);
      V previous = (V) mine.slots[2 * place + 1];
      mine.removeAt(place);
      size--;
      if (size == 0) {
        root = new Leaf(owner, 0);
      }
      return previous;
    }

    private Leaf own(Leaf leaf, int hash) {
      if (leaf.owner == owner) {
        return leaf;
      }
      Leaf mine = leaf.copy(owner);
      replace(hash, leaf, mine, mine);
      return mine;
    }

    private Directory own(Directory directory) {
      return directory.owner == owner
          ? directory
          : new Directory(owner, directory.children.clone());
    }

    // Puts two leaves where one was: its halves, or twice the same.
    private void replace(int hash, Leaf old, Leaf low, Leaf high) {
      if (root == old) {
        root = low == high ? low : Directory.ofHalves(owner, low, high);
        return;
      }
      Directory directory = own((Directory) root);
      root = directory;
      int bitsBelow = Directory.FIRST_SHIFT;
      while (true) {
        Node[] children = directory.children;
        int index = (hash >>> bitsBelow) & Directory.MASK;
        if (children[index] == old) {
          int width = 1 << (Integer.SIZE - bitsBelow - old.bits);
          int start = index & -width;
          if (width > 1 || low == high) {
            Arrays.fill(children, start, start + Math.max(1, width / 2), low);
            Arrays.fill(children, start + width / 2, start + width, high);
          } else {
            children[index] = Directory.ofHalves(owner, low, high);
          }
          return;
        }
        Directory next = own((Directory) children[index]);
        children[index] = next;
        directory = next;
        bitsBelow -= Directory.BITS;
      }
    }
  }

  /** Walks over the leaves, each once. */
  private static final class Leaves {
    private final Directory[] path = new Directory[Integer.SIZE / Directory.BITS];
    private final int[] next = new int[path.length];
    private int depth = -1;
    private @Nullable Leaf found;

    Leaves(Node root) {
      enter(root);
      settle();
    }

    private void enter(Node node) {
      if (node instanceof Directory directory) {
        depth++;
        path[depth] = directory;
        next[depth] = 0;
      } else {
        found = (Leaf) node;
      }
    }

    private void settle() {
      while (depth >= 0 && found == null) {
        Node[] children = path[depth].children;
        int index = next[depth];
        if (index == children.length) {
          depth--;
          continue;
        }
        Node child = children[index];
        int after = index + 1;
        while (after < children.length && children[after] == child) {
          after++;
        }
        next[depth] = after;
        enter(child);
      }
    }

    boolean hasNext() {
      return found != null;
    }

    Leaf next() {
      Leaf leaf = found;
      if (leaf == null) {
        throw new NoSuchElementException();
      }
      found = null;
      settle();
      return leaf;
    }
  }

  private static final class Entries<K, V, T> implements Iterator<T> {
    private final Leaves leaves;
    private final BiFunction<? super K, ? super V, ? extends T> view;
    private @Nullable Object[] slots = Leaf.NO_SLOTS;
    private int slot;

    Entries(Node root, BiFunction<? super K, ? super V, ? extends T> view, int skip) {
      leaves = new Leaves(root);
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
