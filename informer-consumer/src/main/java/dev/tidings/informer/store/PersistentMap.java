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
 * snapshot costs nothing and a change copies a few small nodes.
 *
 * <p>A compressed hash-array mapped prefix tree (Steindorfer and Vinju, 2015): a node holds its
 * entries and its children side by side in one array. Of each hash the lowest five bits choose the
 * place in the root, the next five in its child, and so on:
 *
 * <pre>
 *   dataMap, nodeMap: which of the 32 places hold an entry, or a child
 *   slots: | key | value | key | value | … free … | child | child |
 *            entries, by place ────▶            ◀──── children, by place
 * </pre>
 *
 * Below the seventh level, where hashes are used up, a node is a plain list of entries. Every node
 * but the root holds at least two entries, its children's included.
 *
 * <p>Maps are safe for any thread once handed over safely; an {@link Editor} belongs to one thread.
 */
final class PersistentMap<K, V> implements Iterable<Map.Entry<K, V>> {
  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;
  private static final int HASH_BITS = 32;
  private static final int MAX_DEPTH = 8;
  private static final Object[] NO_SLOTS = new Object[0];
  private static final PersistentMap<?, ?> EMPTY =
      new PersistentMap<>(new Node(null, 0, 0, NO_SLOTS), 0);

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

  int size() {
    return size;
  }

  @Nullable V get(K key) {
    return find(root, key);
  }

  /** Starts from this map; this map stays as it is. */
  Editor<K, V> edit() {
    return new Editor<>(this);
  }

  void forEach(BiConsumer<? super K, ? super V> action) {
    for (Map.Entry<K, V> entry : this) {
      action.accept(entry.getKey(), entry.getValue());
    }
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return iterator(Map::entry);
  }

  <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> view) {
    return new Entries<>(root, view);
  }

  private static int spread(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }

  private static int bit(int hash, int shift) {
    return 1 << ((hash >>> shift) & MASK);
  }

  @SuppressWarnings("unchecked") // Only a V is stored at an odd slot.
  private static <V> @Nullable V find(Node root, Object key) {
    int hash = spread(key);
    Node node = root;
    for (int shift = 0; shift < HASH_BITS; shift += BITS) {
      int bit = bit(hash, shift);
      if ((node.dataMap & bit) != 0) {
        int slot = node.dataSlot(bit);
        return node.slots[slot].equals(key) ? (V) node.slots[slot + 1] : null;
      }
      if ((node.nodeMap & bit) == 0) {
        return null;
      }
      node = node.child(bit);
    }
    for (int slot = 0; slot < node.slots.length; slot += 2) {
      if (node.slots[slot].equals(key)) {
        return (V) node.slots[slot + 1];
      }
    }
    return null;
  }

  /** A node: changed in place only by the editor that made it, before it is frozen. */
  private static final class Node {
    final @Nullable Object owner;
    int dataMap;
    int nodeMap;
    Object[] slots;

    Node(@Nullable Object owner, int dataMap, int nodeMap, Object[] slots) {
      this.owner = owner;
      this.dataMap = dataMap;
      this.nodeMap = nodeMap;
      this.slots = slots;
    }

    int dataSlot(int bit) {
      return 2 * Integer.bitCount(dataMap & (bit - 1));
    }

    int childSlot(int bit) {
      return slots.length - 1 - Integer.bitCount(nodeMap & (bit - 1));
    }

    Node child(int bit) {
      return (Node) slots[childSlot(bit)];
    }

    boolean isSingleEntry() {
      return slots.length == 2 && nodeMap == 0;
    }
  }

  /** Changes a map in place where nobody else can see it. For one thread. */
  static final class Editor<K, V> {
    private Object owner = new Object();
    private Node root;
    private int size;
    // The value that the running put or remove found.
    private @Nullable Object previous;

    private Editor(PersistentMap<K, V> from) {
      root = from.root;
      size = from.size;
    }

    int size() {
      return size;
    }

    @Nullable V get(K key) {
      return find(root, key);
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
      previous = null;
      root = put(root, spread(key), 0, key, value);
      if (previous == null) {
        size++;
      }
      return (V) previous;
    }

    /** Returns the value before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable V remove(K key) {
      previous = null;
      root = remove(root, spread(key), 0, key);
      if (previous != null) {
        size--;
      }
      return (V) previous;
    }

    private Node put(Node node, int hash, int shift, Object key, Object value) {
      if (shift >= HASH_BITS) {
        return putInList(node, key, value);
      }
      int bit = bit(hash, shift);
      if ((node.dataMap & bit) != 0) {
        int slot = node.dataSlot(bit);
        Object present = node.slots[slot];
        if (present.equals(key)) {
          previous = node.slots[slot + 1];
          return withSlot(node, slot + 1, value);
        }
        Object presentValue = node.slots[slot + 1];
        Node child = pair(spread(present), present, presentValue, hash, key, value, shift + BITS);
        return entryToChild(node, bit, slot, child);
      }
      if ((node.nodeMap & bit) != 0) {
        Node child = node.child(bit);
        Node changed = put(child, hash, shift + BITS, key, value);
        return changed == child ? node : withSlot(node, node.childSlot(bit), changed);
      }
      return with(
          node, node.dataMap | bit, node.nodeMap, inserted(node, node.dataSlot(bit), key, value));
    }

    private Node putInList(Node node, Object key, Object value) {
      for (int slot = 0; slot < node.slots.length; slot += 2) {
        if (node.slots[slot].equals(key)) {
          previous = node.slots[slot + 1];
          return withSlot(node, slot + 1, value);
        }
      }
      return with(node, 0, 0, inserted(node, node.slots.length, key, value));
    }

    private Node pair(
        int hash1, Object key1, Object value1, int hash2, Object key2, Object value2, int shift) {
      if (shift >= HASH_BITS) {
        return new Node(owner, 0, 0, new Object[] {key1, value1, key2, value2});
      }
      int bit1 = bit(hash1, shift);
      int bit2 = bit(hash2, shift);
      if (bit1 == bit2) {
        Node child = pair(hash1, key1, value1, hash2, key2, value2, shift + BITS);
        return new Node(owner, 0, bit1, new Object[] {child});
      }
      Object[] slots =
          Integer.compareUnsigned(bit1, bit2) < 0
              ? new Object[] {key1, value1, key2, value2}
              : new Object[] {key2, value2, key1, value1};
      return new Node(owner, bit1 | bit2, 0, slots);
    }

    private Node remove(Node node, int hash, int shift, Object key) {
      if (shift >= HASH_BITS) {
        for (int slot = 0; slot < node.slots.length; slot += 2) {
          if (node.slots[slot].equals(key)) {
            previous = node.slots[slot + 1];
            return with(node, 0, 0, deleted(node, slot));
          }
        }
        return node;
      }
      int bit = bit(hash, shift);
      if ((node.dataMap & bit) != 0) {
        int slot = node.dataSlot(bit);
        if (!node.slots[slot].equals(key)) {
          return node;
        }
        previous = node.slots[slot + 1];
        return with(node, node.dataMap & ~bit, node.nodeMap, deleted(node, slot));
      }
      if ((node.nodeMap & bit) == 0) {
        return node;
      }
      Node child = node.child(bit);
      Node changed = remove(child, hash, shift + BITS, key);
      if (changed.isSingleEntry()) {
        return childToEntry(node, bit, changed.slots[0], changed.slots[1]);
      }
      return changed == child ? node : withSlot(node, node.childSlot(bit), changed);
    }

    private Node entryToChild(Node node, int bit, int slot, Node child) {
      int childSlot = node.slots.length - 2 - Integer.bitCount(node.nodeMap & (bit - 1));
      Object[] slots = new Object[node.slots.length - 1];
      System.arraycopy(node.slots, 0, slots, 0, slot);
      System.arraycopy(node.slots, slot + 2, slots, slot, childSlot - slot);
      slots[childSlot] = child;
      System.arraycopy(
          node.slots, childSlot + 2, slots, childSlot + 1, slots.length - childSlot - 1);
      return with(node, node.dataMap & ~bit, node.nodeMap | bit, slots);
    }

    private Node childToEntry(Node node, int bit, Object key, Object value) {
      int slot = node.dataSlot(bit);
      int childSlot = node.childSlot(bit);
      Object[] slots = new Object[node.slots.length + 1];
      System.arraycopy(node.slots, 0, slots, 0, slot);
      slots[slot] = key;
      slots[slot + 1] = value;
      System.arraycopy(node.slots, slot, slots, slot + 2, childSlot - slot);
      System.arraycopy(
          node.slots, childSlot + 1, slots, childSlot + 2, node.slots.length - childSlot - 1);
      return with(node, node.dataMap | bit, node.nodeMap & ~bit, slots);
    }

    private Node withSlot(Node node, int slot, Object content) {
      if (node.owner == owner) {
        node.slots[slot] = content;
        return node;
      }
      Object[] slots = node.slots.clone();
      slots[slot] = content;
      return new Node(owner, node.dataMap, node.nodeMap, slots);
    }

    private Node with(Node node, int dataMap, int nodeMap, Object[] slots) {
      if (node.owner != owner) {
        return new Node(owner, dataMap, nodeMap, slots);
      }
      node.dataMap = dataMap;
      node.nodeMap = nodeMap;
      node.slots = slots;
      return node;
    }

    private static Object[] inserted(Node node, int slot, Object key, Object value) {
      Object[] slots = new Object[node.slots.length + 2];
      System.arraycopy(node.slots, 0, slots, 0, slot);
      slots[slot] = key;
      slots[slot + 1] = value;
      System.arraycopy(node.slots, slot, slots, slot + 2, node.slots.length - slot);
      return slots;
    }

    private static Object[] deleted(Node node, int slot) {
      Object[] slots = Arrays.copyOf(node.slots, node.slots.length - 2);
      System.arraycopy(node.slots, slot + 2, slots, slot, slots.length - slot);
      return slots;
    }
  }

  /** Walks the tree: of each node first its entries, then its children. */
  private static final class Entries<K, V, T> implements Iterator<T> {
    private final BiFunction<? super K, ? super V, ? extends T> view;
    private final Node[] path = new Node[MAX_DEPTH];
    private final int[] next = new int[MAX_DEPTH];
    private int depth;

    Entries(Node root, BiFunction<? super K, ? super V, ? extends T> view) {
      this.view = view;
      path[0] = root;
      settle();
    }

    // Moves on to a node that has an entry left; depth -1 at the end.
    private void settle() {
      while (depth >= 0) {
        Node node = path[depth];
        int slot = next[depth];
        int entrySlots = node.slots.length - Integer.bitCount(node.nodeMap);
        if (slot < entrySlots) {
          return;
        }
        if (slot < node.slots.length) {
          next[depth]++;
          depth++;
          path[depth] = (Node) node.slots[slot];
          next[depth] = 0;
        } else {
          depth--;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return depth >= 0;
    }

    @Override
    @SuppressWarnings("unchecked") // Even slots hold keys, odd ones values.
    public T next() {
      if (depth < 0) {
        throw new NoSuchElementException();
      }
      Node node = path[depth];
      int slot = next[depth];
      next[depth] += 2;
      settle();
      return view.apply((K) node.slots[slot], (V) node.slots[slot + 1]);
    }
  }
}
