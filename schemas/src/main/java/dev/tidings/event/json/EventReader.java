package dev.tidings.event.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From JSON to an event. A field that is not known is an error, since it is most often a typo. */
final class EventReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    // A long message is cut later, with a warning: refusing it here would lose the rest.
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
  }

  private static final Set<String> FIELDS =
      Set.of(
          "id",
          "time",
          "type",
          "severity",
          "source",
          "object",
          "message",
          "attributes",
          "count",
          "firstTime",
          "lastTime");
  private static final Set<String> SOURCE_FIELDS = Set.of("node", "component");
  private static final Set<String> OBJECT_FIELDS = Set.of("kind", "namespace", "name", "uid");

  /** What a long of microseconds can hold, and RFC 3339's four-digit years. */
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final InstantSource clock;
  private final EventIds ids;

  EventReader(InstantSource clock, EventIds ids) {
    this.clock = clock;
    this.ids = ids;
  }

  Event read(String json) {
    JsonNode root = root(json);
    requireKnown(root, "", FIELDS);
    Instant time = time(root, "time", null);
    Instant firstTime = time(root, "firstTime", time);
    Instant lastTime = time(root, "lastTime", time == null ? firstTime : time);
    if (firstTime == null) {
      firstTime = lastTime != null ? lastTime : clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
    if (lastTime == null) {
      lastTime = firstTime;
    }
    return Event.newBuilder()
        .setId(id(root))
        .setType(required(root, "", "type"))
        .setSeverity(severity(required(root, "", "severity")))
        .setSource(source(root))
        .setObject(object(root))
        .setMessage(required(root, "", "message"))
        .setAttributes(attributes(root))
        .setFirstTimestamp(firstTime)
        .setLastTimestamp(lastTime)
        .setCount(count(root))
        .build();
  }

  private static JsonNode root(String json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new EventJsonException("not JSON: " + firstLine(e.getOriginalMessage()), e);
    }
    if (root.isMissingNode()) {
      throw new EventJsonException("not JSON: nothing there");
    }
    if (!root.isObject()) {
      throw new EventJsonException("not a JSON object");
    }
    return root;
  }

  private static void requireKnown(JsonNode object, String path, Set<String> known) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new EventJsonException("unknown field '%s%s'".formatted(path, name));
      }
    }
  }

  private UUID id(JsonNode root) {
    String text = optional(root, "", "id");
    if (text == null) {
      return ids.next();
    }
    try {
      UUID id = UUID.fromString(text);
      // fromString takes shortened groups too, which would not come back as they went in.
      if (id.toString().equalsIgnoreCase(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw new EventJsonException("field 'id' is no UUID: " + shown(text), e);
    }
    throw new EventJsonException("field 'id' is no UUID: " + shown(text));
  }

  private static Severity severity(String text) {
    try {
      return Severity.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw new EventJsonException(
          "field 'severity' is %s; it must be one of %s"
              .formatted(shown(text), Arrays.toString(Severity.values())),
          e);
    }
  }

  private static Source source(JsonNode root) {
    JsonNode source = child(root, "source");
    if (source == null) {
      throw new EventJsonException("missing field 'source'");
    }
    requireKnown(source, "source.", SOURCE_FIELDS);
    return new Source(
        required(source, "source.", "node"), required(source, "source.", "component"));
  }

  private static @Nullable ObjectReference object(JsonNode root) {
    JsonNode object = child(root, "object");
    if (object == null) {
      return null;
    }
    requireKnown(object, "object.", OBJECT_FIELDS);
    String namespace = optional(object, "object.", "namespace");
    String uid = optional(object, "object.", "uid");
    return new ObjectReference(
        required(object, "object.", "kind"),
        namespace == null ? "" : namespace,
        required(object, "object.", "name"),
        uid == null ? "" : uid);
  }

  private static Map<String, String> attributes(JsonNode root) {
    JsonNode object = child(root, "attributes");
    if (object == null) {
      return Map.of();
    }
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> attribute : object.properties()) {
      JsonNode value = attribute.getValue();
      if (!value.isTextual()) {
        throw new EventJsonException(
            "field 'attributes.%s' must be a text".formatted(attribute.getKey()));
      }
      attributes.put(attribute.getKey(), value.textValue());
    }
    return attributes;
  }

  private static long count(JsonNode root) {
    JsonNode count = root.get("count");
    if (count == null || count.isNull()) {
      return 1;
    }
    if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 1) {
      throw new EventJsonException("field 'count' must be a whole number of at least 1");
    }
    return count.longValue();
  }

  private static @Nullable Instant time(JsonNode root, String field, @Nullable Instant otherwise) {
    String text = optional(root, "", field);
    if (text == null) {
      return otherwise;
    }
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new EventJsonException(
          "field '%s' is %s; it must be an RFC 3339 time such as 2026-01-31T12:00:00Z"
              .formatted(field, shown(text)),
          e);
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new EventJsonException(
          "field '%s' is %s; the year must be from 0 to 9999".formatted(field, shown(text)));
    }
    return time;
  }

  private static @Nullable JsonNode child(JsonNode root, String field) {
    JsonNode child = root.get(field);
    if (child == null || child.isNull()) {
      return null;
    }
    if (!child.isObject()) {
      throw new EventJsonException("field '%s' must be an object".formatted(field));
    }
    return child;
  }

  private static String required(JsonNode object, String path, String field) {
    String text = optional(object, path, field);
    if (text == null) {
      throw new EventJsonException("missing field '%s%s'".formatted(path, field));
    }
    return text;
  }

  private static @Nullable String optional(JsonNode object, String path, String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new EventJsonException("field '%s%s' must be a text".formatted(path, field));
    }
    return value.textValue();
  }

  private static String shown(String text) {
    String line = firstLine(text);
    return line.length() <= 60 ? "'" + line + "'" : "'" + line.substring(0, 60) + "…'";
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
