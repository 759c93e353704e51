package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.Catalogues;
import dev.tidings.wire.EventEncoder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event types that may be recorded, ready for the wire. Immutable. */
final class EventTypes {
  private final Catalogues catalogues;
  private final Map<Class<?>, String> catalogueByEnum;
  private final Map<String, EventEncoder.Text> textByName = new HashMap<>();
  private final Map<Enum<?>, String> nameByConstant = new HashMap<>();

  EventTypes(Catalogues catalogues, Map<Class<?>, String> catalogueByEnum) {
    this.catalogues = catalogues;
    this.catalogueByEnum = catalogueByEnum;
    for (Catalogue catalogue : catalogues.all()) {
      catalogue
          .types()
          .forEach(
              type ->
                  textByName.put(type.qualifiedName(), EventEncoder.Text.of(type.qualifiedName())));
    }
    catalogueByEnum
        .keySet()
        .forEach(
            type -> {
              for (Object constant : type.getEnumConstants()) {
                nameByConstant.put((Enum<?>) constant, describe((Enum<?>) constant));
              }
            });
  }

  /** The event type that an enum's constant is; one of an unknown enum is of no catalogue. */
  String nameOf(Enum<?> constant) {
    String name = nameByConstant.get(constant);
    return name != null ? name : describe(constant);
  }

  private String describe(Enum<?> constant) {
    String catalogue = catalogueByEnum.get(constant.getDeclaringClass());
    return (catalogue == null ? constant.getDeclaringClass().getSimpleName() : catalogue)
        + "."
        + constant.name();
  }

  /** A type as it goes out, or null if no catalogue lists it. */
  EventEncoder.@Nullable Text find(String name) {
    return textByName.get(name);
  }

  /** Why a type is not known, for people. */
  String explainUnknown(String name) {
    return catalogues.explainUnknown(name);
  }
}
