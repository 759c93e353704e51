package dev.tidings.cli.filter;

import dev.tidings.event.ObjectReference;
import dev.tidings.event.match.Glob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which objects: {@code kind/namespace/name}, each a {@link Glob}; {@code kind} and {@code
 * kind/namespace} leave the rest open.
 */
public record ObjectPattern(Glob kind, Glob namespace, Glob name) {
  private static final Glob ANY = new Glob("*");
  private static final int PARTS = 3;

  /** Events without an object do not match. */
  public boolean matches(@Nullable ObjectReference object) {
    return object != null
        && kind.matches(object.getKind())
        && namespace.matches(object.getNamespace())
        && name.matches(object.getName());
  }

  /** From the command line. */
  public static final class Converter implements ITypeConverter<ObjectPattern> {
    @Override
    public ObjectPattern convert(String text) {
      String[] parts = text.split("/", PARTS);
      if (parts[0].isEmpty()) {
        throw new TypeConversionException(
            "'%s' is no object: write kind/namespace/name, each may hold *".formatted(text));
      }
      return new ObjectPattern(
          new Glob(parts[0]),
          parts.length > 1 ? new Glob(parts[1]) : ANY,
          parts.length > 2 ? new Glob(parts[2]) : ANY);
    }
  }
}
