package dev.tidings.informer.expiry;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When an object is too old to be kept: it is then gone, as if it had been deleted.
 *
 * <p>Readers of one topic should agree on it: resource versions say how far expiry is included.
 */
public sealed interface Expiry<V> {
  /** As far away as the order of expiry goes. */
  long NEVER_MILLIS = Long.MAX_VALUE >> 21;

  /** Objects stay until they are deleted. */
  static <V> Expiry<V> never() {
    return new Never<>();
  }

  /**
   * The default: where the topic deletes old records, an object expires when its newest record is
   * older than the topic's retention, so that no cache outlives its topic; elsewhere never.
   */
  static <V> Expiry<V> likeTopic() {
    return new LikeTopic<>();
  }

  /** An object expires when its newest record is this old, by the record's own timestamp. */
  static <V> Expiry<V> byRecordTime(Duration age) {
    return new ByRecordTime<>(age);
  }

  /** An object expires when a time that it holds is this long ago. Must be a pure function. */
  static <V> Expiry<V> byObjectTime(Duration age, Function<? super V, Instant> time) {
    return new ByObjectTime<>(age, time);
  }

  /** See {@link #never()}. */
  record Never<V>() implements Expiry<V> {}

  /** See {@link #likeTopic()}. */
  record LikeTopic<V>() implements Expiry<V> {}

  /** See {@link #byRecordTime}. */
  record ByRecordTime<V>(Duration age) implements Expiry<V> {
    public ByRecordTime {
      check(age);
    }
  }

  /** See {@link #byObjectTime}. */
  record ByObjectTime<V>(Duration age, Function<? super V, Instant> time) implements Expiry<V> {
    public ByObjectTime {
      check(age);
    }
  }

  /**
   * What it comes to for a topic.
   *
   * @param retention how long the topic keeps records; null if for ever
   */
  default Expiry<V> of(@Nullable Duration retention) {
    if (!(this instanceof LikeTopic)) {
      return this;
    }
    return retention == null ? new Never<>() : new ByRecordTime<>(retention);
  }

  /**
   * When an object expires, in milliseconds since the epoch; {@link #NEVER_MILLIS} for never.
   *
   * @param recordMillis the timestamp of its newest record
   * @param object may be null where its own time does not matter
   */
  default long expiresMillis(long recordMillis, @Nullable V object) {
    if (this instanceof ByRecordTime<V> byRecord) {
      return plus(recordMillis, byRecord.age());
    }
    if (this instanceof ByObjectTime<V> byObject && object != null) {
      return plus(byObject.time().apply(object).toEpochMilli(), byObject.age());
    }
    return NEVER_MILLIS;
  }

  private static long plus(long millis, Duration age) {
    long sum = millis + age.toMillis();
    return sum < 0 ? NEVER_MILLIS : Math.min(sum, NEVER_MILLIS);
  }

  private static void check(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("An age must be longer than zero, not " + age);
    }
  }
}
