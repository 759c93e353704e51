package dev.tidings.catalogue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/** A catalogue as a Java enum: constants are the types. */
final class EnumCatalogue {
  private EnumCatalogue() {}

  static Catalogue read(Class<? extends Enum<?>> type) {
    if (GenericEnumSymbol.class.isAssignableFrom(type)) {
      return AvroCatalogue.read(SpecificData.get().getSchema(type));
    }
    EventCatalogue given = type.getAnnotation(EventCatalogue.class);
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (Enum<?> constant : type.getEnumConstants()) {
      descriptions.put(constant.name(), description(type, constant));
    }
    return Catalogue.of(
        owner(type, given), given == null ? type.getSimpleName() : given.name(), descriptions);
  }

  private static String owner(Class<?> type, @Nullable EventCatalogue given) {
    String owner = given == null || given.owner().isEmpty() ? type.getPackageName() : given.owner();
    return owner.isEmpty() ? Catalogue.DEFAULT_OWNER : owner;
  }

  private static String description(Class<? extends Enum<?>> type, Enum<?> constant) {
    try {
      Description description = type.getField(constant.name()).getAnnotation(Description.class);
      return description == null ? "" : description.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("Enum constant without its field: " + constant, e);
    }
  }
}
