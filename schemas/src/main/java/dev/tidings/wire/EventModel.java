package dev.tidings.wire;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;

/**
 * Avro's view of our records, which knows their classes.
 *
 * <p>Avro would look each up by the name in the schema, and from 1.12.2 on it refuses all names
 * that a system property or a JVM-wide setting does not trust. A library may ask its users for
 * neither.
 */
final class EventModel extends SpecificData {
  static final EventModel INSTANCE = new EventModel();

  private static final Map<String, Class<?>> CLASSES =
      Stream.of(
              Event.class,
              EventBatch.class,
              BatchEntry.class,
              Source.class,
              ObjectReference.class,
              Severity.class)
          .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

  private EventModel() {
    super(Event.class.getClassLoader());
    addLogicalTypeConversion(new Conversions.UUIDConversion());
    addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
  }

  @Override
  @SuppressWarnings("rawtypes") // As Avro declares it.
  public Class getClass(Schema schema) {
    boolean named = schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.ENUM;
    Class<?> ours = named ? CLASSES.get(schema.getFullName()) : null;
    return ours != null ? ours : super.getClass(schema);
  }
}
