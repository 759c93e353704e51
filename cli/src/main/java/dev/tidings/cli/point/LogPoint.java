package dev.tidings.cli.point;

import dev.tidings.cli.filter.Durations;
import dev.tidings.informer.replay.ReplayPoint;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * A point of a topic's log, as people write it: an offset, a resource version, a time, a duration
 * before now, {@code beginning} or {@code now}.
 *
 * @param text as it was written
 * @param point what it means
 */
public record LogPoint(String text, ReplayPoint point) {
  /** What can be written, for descriptions of options. */
  public static final String FORMS =
      "a time (2026-01-31T12:00:00Z, 2026-01-31T12:00, 2026-01-31, 12:00), a duration before now"
          + " (90s, 2h, 7d) or a resource version";

  /** For options that take a point. */
  public static final class Converter implements ITypeConverter<LogPoint> {
    @Override
    public LogPoint convert(String text) {
      return parse(text, Clock.systemDefaultZone());
    }
  }

  /**
   * Reads one.
   *
   * @param clock for what is relative to now, and the zone of times that name none
   * @throws TypeConversionException if it is none, saying what could be written
   */
  public static LogPoint parse(String text, Clock clock) {
    return new LogPoint(text, point(text, clock));
  }

  /**
   * Makes sure that a time comes before another; of other points only the log itself knows.
   *
   * @throws ParameterException if not
   */
  public static void requireOrder(CommandLine command, LogPoint from, LogPoint to) {
    if (from.point instanceof ReplayPoint.Time first
        && to.point instanceof ReplayPoint.Time last
        && !first.time().isBefore(last.time())) {
      throw new ParameterException(
          command, "--from must be before --to, and %s is not before %s".formatted(from, to));
    }
  }

  private static ReplayPoint point(String text, Clock clock) {
    if (text.equals("beginning")) {
      return ReplayPoint.beginning();
    }
    if (text.equals("now") || text.equals("end")) {
      return ReplayPoint.end();
    }
    if (text.matches("\\d{1,18}")) {
      return ReplayPoint.offset(Long.parseLong(text));
    }
    Optional<Instant> time = time(text, clock);
    if (time.isPresent()) {
      return ReplayPoint.time(time.get());
    }
    try {
      return ReplayPoint.version(ResourceVersion.parse(text));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'%s' is no point of a log: write %s".formatted(text, FORMS));
    }
  }

  private static Optional<Instant> time(String text, Clock clock) {
    List<Supplier<Instant>> forms =
        List.of(
            () -> clock.instant().minus(new Durations().convert(text)),
            () -> OffsetDateTime.parse(text).toInstant(),
            () -> ZonedDateTime.parse(text).toInstant(),
            () -> LocalDateTime.parse(text).atZone(clock.getZone()).toInstant(),
            () -> LocalDate.parse(text).atStartOfDay(clock.getZone()).toInstant(),
            () ->
                LocalTime.parse(text)
                    .atDate(LocalDate.now(clock))
                    .atZone(clock.getZone())
                    .toInstant());
    for (Supplier<Instant> form : forms) {
      try {
        return Optional.of(form.get());
      } catch (DateTimeException | TypeConversionException e) {
        // Perhaps the next one.
        continue;
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
