package dev.tidings.event.identity;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes event ids: UUIDv7, which sort by the time they were made, and within one generator rise
 * strictly.
 *
 * <pre>
 *  48 bits   milliseconds since 1970
 *   4 bits   version 7
 *  12 bits   a counter within the millisecond
 *   2 bits   variant
 *  62 bits   random
 * </pre>
 *
 * The counter is RFC 9562's "fixed bit-length dedicated counter" (section 6.2, method 1): when it
 * is full, the time runs ahead by a millisecond. Thread-safe.
 */
public final class EventIds {
  private static final int COUNTER_BITS = 12;

  private final InstantSource clock;
  private final RandomGenerator random;

  /** Milliseconds and counter of the newest id. */
  private final AtomicLong newest = new AtomicLong();

  private EventIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Ids by this clock. */
  public static EventIds of(InstantSource clock) {
    return new EventIds(clock, () -> ThreadLocalRandom.current().nextLong());
  }

  /** Ids by this clock and this randomness, which must be thread-safe if the ids are shared. */
  public static EventIds of(InstantSource clock, RandomGenerator random) {
    return new EventIds(clock, random);
  }

  /** A new id, greater than all before it. */
  public UUID next() {
    return new UUID(nextHigh(), nextLow());
  }

  /** The more significant half of a new id, for who wants no object; greater than all before it. */
  public long nextHigh() {
    long now = clock.millis() << COUNTER_BITS;
    long last = newest.get();
    long stamp = Math.max(last + 1, now);
    while (!newest.compareAndSet(last, stamp)) {
      last = newest.get();
      stamp = Math.max(last + 1, now);
    }
    long millis = stamp >>> COUNTER_BITS;
    long counter = stamp & ((1L << COUNTER_BITS) - 1);
    return millis << 16 | 0x7000L | counter;
  }

  /** The other half: random. */
  public long nextLow() {
    return random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
  }
}
