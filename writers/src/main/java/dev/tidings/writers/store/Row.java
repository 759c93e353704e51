package dev.tidings.writers.store;

import dev.tidings.wire.Micros;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.encoded.Attributes;
import dev.tidings.writers.encoded.EncodedEvent;
import dev.tidings.writers.encoded.JsonBuffer;
import dev.tidings.writers.encoded.Text;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as PostgreSQL reads them. It has no NUL in texts: U+FFFD stands for it.
 *
 * @param delivery what it is made of
 */
record Row(Delivery.Occurred delivery) {
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
    EncodedEvent event = delivery.event();
    EncodedEvent.Subject object = event.object();
    return switch (column) {
      case ID -> event.id().toString();
      case TYPE -> text(event.type());
      case SEVERITY -> event.severity().name();
      case NODE -> text(event.node());
      case COMPONENT -> text(event.component());
      case OBJECT_KIND -> object == null ? null : text(object.kind());
      case OBJECT_NAMESPACE -> object == null ? null : text(object.namespace());
      case OBJECT_NAME -> object == null ? null : text(object.name());
      case OBJECT_UID -> object == null ? null : text(object.uid());
      case MESSAGE -> text(event.message());
      case ATTRIBUTES -> json(event.attributes());
      case FIRST_TIME -> time(Micros.toInstant(event.firstMicros()));
      case LAST_TIME -> time(Micros.toInstant(event.lastMicros()));
      case COUNT -> Long.toString(event.count());
    };
  }

  private static String text(Text text) {
    return text.toString().replace('\0', REPLACEMENT);
  }

  private static String json(Attributes attributes) {
    JsonBuffer json = new JsonBuffer();
    json.attributes(attributes, text -> Text.of(text(text)));
    return json.toString();
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
