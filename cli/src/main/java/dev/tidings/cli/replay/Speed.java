package dev.tidings.cli.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How fast a replay goes.
 *
 * @param factor how many times as fast as it happened; null for as fast as possible
 */
record Speed(@Nullable Double factor) {
  private static final Pattern TIMES = Pattern.compile("(\\d{1,9}(\\.\\d{1,9})?)[x×]?");

  /** From the command line: {@code max}, {@code 1x}, {@code 2.5×}, {@code 10}. */
  static final class Converter implements ITypeConverter<Speed> {
    @Override
    public Speed convert(String text) {
      if (text.equals("max")) {
        return new Speed(null);
      }
      Matcher times = TIMES.matcher(text);
      double factor = times.matches() ? Double.parseDouble(times.group(1)) : 0;
      if (factor == 0) {
        throw new TypeConversionException(
            "'%s' is no speed: write max, 1x (as it happened), 10x or 0.5x".formatted(text));
      }
      return new Speed(factor);
    }
  }
}
