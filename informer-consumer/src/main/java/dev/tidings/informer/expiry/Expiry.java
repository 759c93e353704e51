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

  private static void check(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("An age must be longer than zero, not " + age);
    }
  }
}
