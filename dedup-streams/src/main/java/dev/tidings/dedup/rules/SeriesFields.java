package dev.tidings.dedup.rules;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.SeriesKey;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which fields of an event make its series. Its type always does.
 *
 * @param fields the others
 */
public record SeriesFields(Set<Field> fields) {
  /** All fields, as the recorder's header has them. */
  public static final SeriesFields ALL =
      new SeriesFields(EnumSet.of(Field.SEVERITY, Field.SOURCE, Field.OBJECT, Field.MESSAGE));

  private static final Source NO_SOURCE = new Source("", "");

  /** A field that may count. */
  public enum Field {
    /** Its severity. */
    SEVERITY,
    /** Node and component. */
    SOURCE,
    /** What it is about. */
    OBJECT,
    /** Its message as it is. */
    MESSAGE,
    /** Its message's {@link MessageTemplate}. */
    TEMPLATE
  }

  /**
   * @throws IllegalArgumentException if both the message and its template are to count
   */
  public SeriesFields {
    fields = Set.copyOf(fields);
    if (fields.contains(Field.MESSAGE) && fields.contains(Field.TEMPLATE)) {
      throw new IllegalArgumentException("take either the message or its template, not both");
    }
  }

  /**
   * Reads names such as {@code type, object, template}.
   *
   * @throws IllegalArgumentException that says which name is unknown
   */
  public static SeriesFields parse(Collection<String> names) {
    EnumSet<Field> fields = EnumSet.noneOf(Field.class);
    for (String name : names) {
      if (!name.equals("type")) {
        fields.add(field(name));
      }
    }
    return new SeriesFields(fields);
  }

  private static Field field(String name) {
    for (Field field : Field.values()) {
      if (field.name().toLowerCase(Locale.ROOT).equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no field of a series: take some of type, severity, source, object, and message or template"
            .formatted(name));
  }

  /** The series of an event. */
  public SeriesKey keyOf(Event event) {
    return SeriesKey.of(
        event.getType(),
        fields.contains(Field.SEVERITY) ? event.getSeverity() : Severity.INFO,
        fields.contains(Field.SOURCE) ? event.getSource() : NO_SOURCE,
        fields.contains(Field.OBJECT) ? event.getObject() : null,
        message(event));
  }

  private String message(Event event) {
    if (fields.contains(Field.TEMPLATE)) {
      return MessageTemplate.of(event.getMessage());
    }
    return fields.contains(Field.MESSAGE) ? event.getMessage() : "";
  }
}
