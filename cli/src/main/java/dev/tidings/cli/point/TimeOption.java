package dev.tidings.cli.point;

import dev.tidings.informer.replay.ReplayPoint;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point that must be a time: a time, or a duration before now. */
public final class TimeOption implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    Clock clock = Clock.systemDefaultZone();
    ReplayPoint point = LogPoint.parse(text, clock).point();
    if (point instanceof ReplayPoint.Time time) {
      return time.time();
    }
    if (point instanceof ReplayPoint.End) {
      return clock.instant();
    }
    throw new TypeConversionException(
        "'%s' is no time: write 2026-01-31T12:00:00Z, 2026-01-31T12:00, 2h or 7d".formatted(text));
  }
}
