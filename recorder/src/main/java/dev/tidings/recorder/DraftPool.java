package dev.tidings.recorder;

import dev.tidings.event.limits.EventLimits;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Lends {@link DraftFields}: as many as there are threads at work, not as many as there are
 * threads, so that a million virtual threads cost no more than a few. Thread-safe.
 */
final class DraftPool {
  /** References apart, so that two threads do not share a cache line. */
  private static final int STRIDE = 32;

  /** Threads may share a slot; the next one is as good. */
  private static final int TRIES = 2;

  private final EventLimits limits;
  private final int mask;
  private final AtomicReferenceArray<DraftFields> idle;

  DraftPool(EventLimits limits) {
    this.limits = limits;
    int slots = Integer.highestOneBit(8 * Runtime.getRuntime().availableProcessors());
    this.mask = slots - 1;
    this.idle = new AtomicReferenceArray<>(slots * STRIDE);
  }

  DraftFields take() {
    int slot = System.identityHashCode(Thread.currentThread());
    for (int tries = 0; tries < TRIES; tries++) {
      DraftFields fields = idle.getAndSet(index(slot + tries), null);
      if (fields != null) {
        return fields;
      }
    }
    return new DraftFields(limits);
  }

  void give(DraftFields fields) {
    fields.clear();
    int slot = System.identityHashCode(Thread.currentThread());
    for (int tries = 0; tries < TRIES; tries++) {
      if (idle.compareAndSet(index(slot + tries), null, fields)) {
        return;
      }
    }
    // There are enough: it is left to the collector.
  }

  private int index(int slot) {
    return (slot & mask) * STRIDE;
  }
}
