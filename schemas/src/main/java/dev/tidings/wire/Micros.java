package dev.tidings.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the wire has them: microseconds since 1970. */
public final class Micros {
  private Micros() {}

  /** What is finer than a microsecond is left out. */
  public static long of(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** The time of these microseconds. */
  public static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
