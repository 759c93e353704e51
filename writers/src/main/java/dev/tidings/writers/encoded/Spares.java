package dev.tidings.writers.encoded;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * Buffers that were used and will be again: large ones are dear to make. Thread-safe.
 *
 * @param <T> the buffers
 */
public final class Spares<T extends TextBuffer> {
  private static final int MOST = 3;
  private static final int LARGEST_BYTES = 16 * 1024 * 1024;

  private final BlockingQueue<T> spares = new ArrayBlockingQueue<>(MOST);
  private final Supplier<T> maker;

  public Spares(Supplier<T> maker) {
    this.maker = maker;
  }

  /** An empty one. */
  public T take() {
    T spare = spares.poll();
    return spare == null ? maker.get() : spare;
  }

  /** Gives back one that nobody uses any more. */
  public void giveBack(T buffer) {
    buffer.clear();
    if (buffer.capacity() <= LARGEST_BYTES) {
      // One that finds no room here is forgotten.
      spares.offer(buffer);
    }
  }
}
