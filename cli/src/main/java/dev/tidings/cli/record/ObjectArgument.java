package dev.tidings.cli.record;

import dev.tidings.event.ObjectReference;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code kind/namespace/name} from the command line; {@code kind//name} has no namespace. */
final class ObjectArgument implements ITypeConverter<ObjectReference> {
  private static final int PARTS = 3;

  @Override
  public ObjectReference convert(String text) {
    String[] parts = text.split("/", PARTS);
    if (parts.length < PARTS || parts[0].isEmpty() || parts[PARTS - 1].isEmpty()) {
      throw new TypeConversionException(
          "'%s' is no object: write kind/namespace/name".formatted(text));
    }
    return new ObjectReference(parts[0], parts[1], parts[2], "");
  }
}
