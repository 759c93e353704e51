package dev.tidings.informer.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A leaf of references to records in an {@link Arena}, close together, with eight bits of each
 * one's hash beside it: five bytes a record. Those bits are looked through eight at a time, and
 * only where they agree the record's key is looked at.
 */
final class ReferenceLeaf extends HashTrie.Leaf {
  /** Without records; not to be changed. */
  static final ReferenceLeaf EMPTY = new ReferenceLeaf(null, 0);

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final int STEP = Long.BYTES;
  private static final int MAX_RECORDS = 12 * STEP;
  private static final byte[] NO_TAGS = new byte[0];
  private static final int[] NO_REFERENCES = new int[0];

  // Of the same length, a multiple of the step; the first 'size' are used.
  private byte[] tags = NO_TAGS;
  private int[] references = NO_REFERENCES;

  ReferenceLeaf(@Nullable Object owner, int bits) {
    super(owner, bits);
  }

  @Override
  boolean mustSplit() {
    return size >= MAX_RECORDS && bits < Integer.SIZE;
  }

  @Override
  ReferenceLeaf copy(@Nullable Object owner) {
    ReferenceLeaf copy = new ReferenceLeaf(owner, bits);
    copy.size = size;
    copy.tags = tags.clone();
    copy.references = references.clone();
    return copy;
  }

  int reference(int place) {
    return references[place];
  }

  /** Where the key's record is; less than 0 if it is not here. */
  int find(int hash, byte[] key, int keyLength, Arena.Segments segments) {
    byte[] all = tags;
    long wanted = (hash & 0xFF) * LOW_BITS;
    for (int first = 0; first < size; first += STEP) {
      long different = (long) EIGHT.get(all, first) ^ wanted;
      // A high bit wherever a byte is zero, and now and then in the byte after one.
      long equal = (different - LOW_BITS) & ~different & HIGH_BITS;
      for (; equal != 0; equal &= equal - 1) {
        int place = first + Long.numberOfTrailingZeros(equal) / Byte.SIZE;
        if (place < size && segments.hasKey(references[place], key, keyLength)) {
          return place;
        }
      }
    }
    return -1;
  }

  void add(int hash, int reference) {
    if (size == references.length) {
      resize(size + STEP);
    }
    tags[size] = (byte) hash;
    references[size] = reference;
    size++;
  }

  void set(int place, int reference) {
    references[place] = reference;
  }

  /** The last record takes its place. */
  void removeAt(int place) {
    size--;
    tags[place] = tags[size];
    references[place] = references[size];
    if (references.length - size >= 2 * STEP) {
      resize(references.length - STEP);
    }
  }

  private void resize(int length) {
    tags = Arrays.copyOf(tags, length);
    references = Arrays.copyOf(references, length);
  }

  HashTrie.Halves<ReferenceLeaf> halves(@Nullable Object owner, Arena.Segments segments) {
    ReferenceLeaf low = new ReferenceLeaf(owner, bits + 1);
    ReferenceLeaf high = new ReferenceLeaf(owner, bits + 1);
    low.resize(MAX_RECORDS / 2);
    high.resize(MAX_RECORDS / 2);
    for (int place = 0; place < size; place++) {
      int hash = segments.keyHash(references[place]);
      (isIn(hash, 1) ? high : low).add(hash, references[place]);
    }
    return new HashTrie.Halves<>(low.fitted(), high.fitted());
  }

  private ReferenceLeaf fitted() {
    int length = (size + STEP) / STEP * STEP;
    if (length < references.length) {
      resize(length);
    }
    return this;
  }
}
