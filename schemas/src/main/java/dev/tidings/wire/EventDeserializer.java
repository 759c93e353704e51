package dev.tidings.wire;

import dev.tidings.event.Event;
import dev.tidings.registry.SchemaRegistry;

/** Reads {@link Event}s. For {@code value.deserializer}. */
public final class EventDeserializer extends AvroDeserializer<Event> {
  /** For Kafka, which calls {@link #configure}. */
  public EventDeserializer() {
    super(Event.getClassSchema());
  }

  /** With a registry of the caller's, who closes it. */
  public EventDeserializer(SchemaRegistry registry) {
    super(Event.getClassSchema(), registry);
  }
}
