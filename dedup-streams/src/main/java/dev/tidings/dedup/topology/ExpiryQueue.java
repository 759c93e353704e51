package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import java.util.Arrays;

/**
 * Which series is to be looked at next, and when: a binary heap of plain numbers, since a million
 * of them as objects are what the garbage collector would be busy with. One thread.
 */
final class ExpiryQueue {
  private static final int WIDTH = 3;
  private static final int HIGH = 1;
  private static final int LOW = 2;
  private static final int FIRST_CAPACITY = 64;
  private static final int GROWTH_SHIFT = 1;

  /** Of each: time, series key. */
  private long[] heap = new long[FIRST_CAPACITY * WIDTH];

  private int size;

  void add(long atMillis, SeriesKey series) {
    if ((size + 1) * WIDTH > heap.length) {
      int capacity = size + (size >> GROWTH_SHIFT);
      heap = Arrays.copyOf(heap, capacity * WIDTH);
    }
    int at = size++;
    while (at > 0 && heap[(at - 1) / 2 * WIDTH] > atMillis) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, atMillis, series.high(), series.low());
  }

  /** When the next one is due. */
  long nextMillis() {
    return size == 0 ? Long.MAX_VALUE : heap[0];
  }

  /** Takes the next one out. */
  SeriesKey remove() {
    SeriesKey next = new SeriesKey(heap[HIGH], heap[LOW]);
    int last = --size * WIDTH;
    long atMillis = heap[last];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[(child + 1) * WIDTH] < heap[child * WIDTH]) {
        child++;
      }
      if (heap[child * WIDTH] >= atMillis) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, atMillis, heap[last + HIGH], heap[last + LOW]);
    return next;
  }

  int size() {
    return size;
  }

  private void move(int from, int to) {
    System.arraycopy(heap, from * WIDTH, heap, to * WIDTH, WIDTH);
  }

  private void set(int at, long atMillis, long high, long low) {
    heap[at * WIDTH] = atMillis;
    heap[at * WIDTH + HIGH] = high;
    heap[at * WIDTH + LOW] = low;
  }
}
