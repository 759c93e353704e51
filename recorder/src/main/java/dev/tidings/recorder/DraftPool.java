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
    DraftFields fields = idle.getAndSet(slot(), null);
    return fields != null ? fields : new DraftFields(limits);
  }

  void give(DraftFields fields) {
    fields.clear();
    // If another one has been put there meanwhile, one of the two is left to the collector.
    idle.set(slot(), fields);
  }

  private int slot() {
    return (System.identityHashCode(Thread.currentThread()) & mask) * STRIDE;
  }
}
