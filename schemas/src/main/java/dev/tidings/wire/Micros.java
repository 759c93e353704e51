package dev.tidings.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the wire has them: microseconds since 1970. */
public final class Micros {
  private Micros() {}

  /**
   * What is finer than a microsecond is left out.
   *
   * @throws ArithmeticException if the time is more than 292,000 years from 1970
   */
  public static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000L);
  }

  /** The time of these microseconds. */
  public static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
