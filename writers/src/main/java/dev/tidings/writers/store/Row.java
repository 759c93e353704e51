package dev.tidings.writers.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.writers.delivery.Delivery;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as PostgreSQL reads them. It has no NUL in texts: U+FFFD stands for it.
 *
 * @param delivery what it is made of
 */
record Row(Delivery.Occurred delivery) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * The columns, their types and the values of all rows as arrays: one statement for any number.
   */
  enum Column {
    ID("id", "uuid"),
    TYPE("type", "text"),
    SEVERITY("severity", "tidings_severity"),
    NODE("node", "text"),
    COMPONENT("component", "text"),
    OBJECT_KIND("object_kind", "text"),
    OBJECT_NAMESPACE("object_namespace", "text"),
    OBJECT_NAME("object_name", "text"),
    OBJECT_UID("object_uid", "text"),
    MESSAGE("message", "text"),
    ATTRIBUTES("attributes", "jsonb"),
    FIRST_TIME("first_time", "timestamptz"),
    LAST_TIME("last_time", "timestamptz"),
    COUNT("count", "bigint");

    private final String column;
    private final String type;

    Column(String column, String type) {
      this.column = column;
      this.type = type;
    }

    String column() {
      return column;
    }

    String type() {
      return type;
    }
  }

  /** The value as text. */
  @Nullable String value(Column column) {
    Event event = delivery.event();
    ObjectReference object = event.getObject();
    return switch (column) {
      case ID -> event.getId().toString();
      case TYPE -> text(event.getType());
      case SEVERITY -> event.getSeverity().name();
      case NODE -> text(event.getSource().getNode());
      case COMPONENT -> text(event.getSource().getComponent());
      case OBJECT_KIND -> object == null ? null : text(object.getKind());
      case OBJECT_NAMESPACE -> object == null ? null : text(object.getNamespace());
      case OBJECT_NAME -> object == null ? null : text(object.getName());
      case OBJECT_UID -> object == null ? null : text(object.getUid());
      case MESSAGE -> text(event.getMessage());
      case ATTRIBUTES -> json(event.getAttributes());
      case FIRST_TIME -> time(event.getFirstTimestamp());
      case LAST_TIME -> time(event.getLastTimestamp());
      case COUNT -> Long.toString(event.getCount());
    };
  }

  private static String text(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace('\0', REPLACEMENT);
  }

  private static String json(Map<String, String> values) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, String> value : values.entrySet()) {
        json.writeStringField(text(value.getKey()), text(value.getValue()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot be written to", e);
    }
    return out.toString();
  }

  /** With microseconds; what the calendar calls year 0 is 1 BC to PostgreSQL. */
  private static String time(Instant time) {
    LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    int year = utc.getYear();
    return year > 0
        ? "%s+00".formatted(year > 9999 ? utc.toString().substring(1) : utc)
        : "%s+00 BC".formatted(utc.withYear(1 - year));
  }
}
