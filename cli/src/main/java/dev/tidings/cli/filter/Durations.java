package dev.tidings.cli.filter;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as people write them: {@code 90s}, {@code 10m}, {@code 1h30m}, {@code 7d}, or ISO 8601.
 */
public final class Durations implements ITypeConverter<Duration> {
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|w)");
  private static final Pattern WHOLE = Pattern.compile("(" + PART + ")+");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", ChronoUnit.DAYS.getDuration(),
          "w", ChronoUnit.WEEKS.getDuration());

  @Override
  public Duration convert(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (WHOLE.matcher(lower).matches()) {
      Duration sum = Duration.ZERO;
      Matcher part = PART.matcher(lower);
      while (part.find()) {
        Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
        sum = sum.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
      }
      return sum;
    }
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'%s' is no duration: write 90s, 10m, 1h30m or 7d".formatted(text));
    }
    throw new TypeConversionException("'%s' is negative".formatted(text));
  }
}
