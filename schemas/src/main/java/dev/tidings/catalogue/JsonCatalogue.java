package dev.tidings.catalogue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Catalogues as a JSON object of {@code "<catalogue>.<Name>": "<description>"}. */
final class JsonCatalogue {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonCatalogue() {}

  static Collection<Catalogue> read(String json) {
    Map<String, Map<String, String>> byCatalogue = new LinkedHashMap<>();
    object(json).properties().forEach(entry -> add(byCatalogue, entry.getKey(), entry.getValue()));
    List<Catalogue> catalogues = new ArrayList<>();
    byCatalogue.forEach(
        (name, types) -> catalogues.add(Catalogue.of(Catalogue.DEFAULT_OWNER, name, types)));
    if (catalogues.isEmpty()) {
      throw new IllegalArgumentException(
          "No event types: expected {\"<catalogue>.<Name>\": \"<description>\", …}");
    }
    return catalogues;
  }

  private static JsonNode object(String json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Event types are no JSON: " + e.getOriginalMessage(), e);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          "Event types must be a JSON object of \"<catalogue>.<Name>\": \"<description>\"");
    }
    return node;
  }

  private static void add(
      Map<String, Map<String, String>> byCatalogue, String type, JsonNode description) {
    int dot = type.indexOf('.');
    if (dot < 0 || !Catalogue.isName(type.substring(0, dot))) {
      throw new IllegalArgumentException(
          "Event type '%s' must be <catalogue>.<Name>".formatted(type));
    }
    if (!description.isTextual()) {
      throw new IllegalArgumentException(
          "The description of event type '%s' must be a text".formatted(type));
    }
    byCatalogue
        .computeIfAbsent(type.substring(0, dot), name -> new LinkedHashMap<>())
        .put(type.substring(dot + 1), description.textValue());
  }
}
