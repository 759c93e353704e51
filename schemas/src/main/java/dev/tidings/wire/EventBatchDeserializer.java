package dev.tidings.wire;

import dev.tidings.event.EventBatch;
import dev.tidings.registry.SchemaRegistry;

/** Reads {@link EventBatch}s. For {@code value.deserializer}. */
public final class EventBatchDeserializer extends AvroDeserializer<EventBatch> {
  /** For Kafka, which calls {@link #configure}. */
  public EventBatchDeserializer() {
    super(EventBatch.getClassSchema());
  }

  /** With a registry of the caller's, who closes it. */
  public EventBatchDeserializer(SchemaRegistry registry) {
    super(EventBatch.getClassSchema(), registry);
  }
}
