package dev.tidings.writers.converter;

import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * What values with a schema hold.
 *
 * @param name of the schema
 * @param type what it is to us
 * @param isNewest whether their bytes are laid out by the schema of this build
 */
record WrittenAs(String name, Type type, boolean isNewest) {

  enum Type {
    EVENT,
    BATCH,
    OTHER
  }

  static WrittenAs of(Schema schema) {
    String name = schema.getFullName();
    if (name.equals(Event.class.getName())) {
      return new WrittenAs(name, Type.EVENT, isSameLayout(schema, Event.getClassSchema()));
    }
    if (name.equals(EventBatch.class.getName())) {
      return new WrittenAs(name, Type.BATCH, isSameLayout(schema, EventBatch.getClassSchema()));
    }
    return new WrittenAs(name, Type.OTHER, false);
  }

  /** The canonical form leaves out documentation, defaults and properties. */
  private static boolean isSameLayout(Schema written, Schema newest) {
    return SchemaNormalization.toParsingForm(written)
        .equals(SchemaNormalization.toParsingForm(newest));
  }
}
