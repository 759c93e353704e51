package dev.tidings.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** A catalogue as an Avro enum: symbols are the types, a property holds their descriptions. */
final class AvroCatalogue {
  private static final String DESCRIPTIONS = "descriptions";

  private AvroCatalogue() {}

  static Schema write(Catalogue catalogue) {
    List<String> symbols = new ArrayList<>();
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (EventType type : catalogue.types()) {
      symbols.add(type.name());
      descriptions.put(type.name(), type.description());
    }
    Schema schema =
        Schema.createEnum(
            catalogue.name(),
            "Event types of the catalogue " + catalogue.name(),
            catalogue.owner(),
            symbols);
    schema.addProp(DESCRIPTIONS, descriptions);
    return schema;
  }

  static Catalogue read(Schema schema) {
    if (schema.getType() != Schema.Type.ENUM) {
      throw new IllegalArgumentException(
          "Schema %s is no catalogue of event types: it is not an enum"
              .formatted(schema.getFullName()));
    }
    Map<?, ?> known = schema.getObjectProp(DESCRIPTIONS) instanceof Map<?, ?> map ? map : Map.of();
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (String symbol : schema.getEnumSymbols()) {
      Object description = known.get(symbol);
      descriptions.put(symbol, description == null ? "" : description.toString());
    }
    String namespace = schema.getNamespace();
    return Catalogue.of(
        namespace == null || namespace.isEmpty() ? Catalogue.DEFAULT_OWNER : namespace,
        schema.getName(),
        descriptions);
  }
}
