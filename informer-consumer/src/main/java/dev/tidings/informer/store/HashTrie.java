package dev.tidings.informer.store;

import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The tree that the maps of this package are made of: it finds the leaf for a hash, and replaces
 * leaves where nobody else can see it.
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
 *                               ╰─▶ Leaf
 * </pre>
 */
final class HashTrie {
  private HashTrie() {}

  /** Spreads what distinguishes hashes over all bits. */
  static int spread(int hash) {
    int spread = hash * 0x9E3779B9;
    return spread ^ (spread >>> 16);
  }

  static Leaf leafFor(Node root, int hash) {
    Node node = root;
    for (int shift = Directory.FIRST_SHIFT; node instanceof Directory directory; ) {
      node = directory.children[(hash >>> shift) & Directory.MASK];
      shift -= Directory.BITS;
    }
    return (Leaf) node;
  }

  /** Changed in place only by the editor that made it, before it is frozen. */
  abstract static sealed class Node permits Directory, Leaf {
    final @Nullable Object owner;

    Node(@Nullable Object owner) {
      this.owner = owner;
    }
  }

  static final class Directory extends Node {
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

  /** A few entries, whose hashes agree in the first {@code bits} bits. */
  abstract static non-sealed class Leaf extends Node {
    final int bits;
    int size;

    Leaf(@Nullable Object owner, int bits) {
      super(owner);
      this.bits = bits;
    }

    abstract Leaf copy(@Nullable Object owner);

    /** Whether one more entry would be too many; never if there is no bit left to tell by. */
    abstract boolean mustSplit();

    final boolean isIn(int hash, int bit) {
      return (hash >>> (31 - bits) & 1) == bit;
    }
  }

  /** A leaf's entries in two new leaves: those whose next bit is 0, and 1. */
  record Halves<L extends Leaf>(L low, L high) {}

  /** Splits a leaf into two that belong to an owner. */
  @FunctionalInterface
  interface Splitter<L extends Leaf> {
    Halves<L> split(L leaf, Object owner);
  }

  /** Changes a tree in place where nobody else can see it. For one thread. */
  static final class Editor<L extends Leaf> {
    private Object owner = new Object();
    private final Splitter<L> splitter;
    private Node root;

    Editor(Node root, Splitter<L> splitter) {
      this.root = root;
      this.splitter = splitter;
    }

    /** The tree as it is now: never changes, whatever is edited after. */
    Node freeze() {
      // What this editor made so far is no longer its own to change.
      owner = new Object();
      return root;
    }

    void startOver(L leaf) {
      root = leaf;
    }

    @SuppressWarnings("unchecked") // A tree has leaves of one kind.
    L leafFor(int hash) {
      return (L) HashTrie.leafFor(root, hash);
    }

    /** The leaf, or a copy in its place, to be changed. */
    @SuppressWarnings("unchecked")
    L own(L leaf, int hash) {
      if (leaf.owner == owner) {
        return leaf;
      }
      L mine = (L) leaf.copy(owner);
      replace(hash, leaf, mine, mine);
      return mine;
    }

    /** The leaf for a hash, to be changed, with room for one more. */
    L ownWithRoom(int hash) {
      L leaf = leafFor(hash);
      while (leaf.mustSplit()) {
        Halves<L> halves = splitter.split(leaf, owner);
        replace(hash, leaf, halves.low(), halves.high());
        leaf = leafFor(hash);
      }
      return own(leaf, hash);
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
  static final class Leaves<L extends Leaf> {
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

    @SuppressWarnings("unchecked") // A tree has leaves of one kind.
    L next() {
      Leaf leaf = found;
      if (leaf == null) {
        throw new NoSuchElementException();
      }
      found = null;
      settle();
      return (L) leaf;
    }
  }
}
