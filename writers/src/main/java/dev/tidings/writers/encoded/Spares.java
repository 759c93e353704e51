package dev.tidings.writers.encoded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Buffers that were used and will be again: large ones are dear to make. Thread-safe.
 *
 * @param <T> the buffers
 */
public final class Spares<T extends TextBuffer> {
  private static final long MOST_BYTES = 32 * 1024 * 1024;

  private final Deque<T> spares = new ArrayDeque<>();
  private final Supplier<T> maker;
  private long spareBytes;

  public Spares(Supplier<T> maker) {
    this.maker = maker;
  }

  /** An empty one. */
  public synchronized T take() {
    T spare = spares.pollLast();
    if (spare == null) {
      return maker.get();
    }
    spareBytes -= spare.capacity();
    return spare;
  }

  /** Gives back one that nobody uses any more. */
  public synchronized void giveBack(T buffer) {
    buffer.clear();
    // One that finds no room here is forgotten.
    if (spareBytes + buffer.capacity() <= MOST_BYTES) {
      spares.addLast(buffer);
      spareBytes += buffer.capacity();
    }
  }
}
