package dev.tidings.writers.delivery;

import dev.tidings.writers.converter.EventStructs;
import dev.tidings.writers.encoded.EncodedBatch;
import dev.tidings.writers.encoded.EncodedEvent;
import dev.tidings.writers.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/** From Connect's records to deliveries. */
final class Deliveries {
  private Deliveries() {}

  /**
   * What a record gives, without what the route leaves out. What was deleted always goes on: what
   * it was is not known any more.
   *
   * @throws DataException if it holds neither an event nor a batch
   */
  static List<Delivery> of(SinkRecord record, Route route) {
    if (record.value() == null) {
      return List.of(new Delivery.Deleted(id(record), record));
    }
    if (!(record.value() instanceof Struct struct)) {
      throw new DataException(
          "Not an event: set value.converter to dev.tidings.writers.converter.EventConverter");
    }
    String name = String.valueOf(struct.schema().name());
    if (name.equals(EventStructs.EVENT.name())) {
      EncodedEvent event = EventStructs.encoded(struct);
      return route.takes(event) ? List.of(new Delivery.Occurred(event, 0, record, 0)) : List.of();
    }
    if (name.equals(EventStructs.BATCH.name())) {
      return entries(record, struct, route);
    }
    throw new DataException("Neither an event nor a batch: " + name);
  }

  private static List<Delivery> entries(SinkRecord record, Struct batch, Route route) {
    List<EncodedBatch.Entry> entries = EventStructs.encodedBatch(batch).entries();
    List<Delivery> deliveries = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      EncodedBatch.Entry entry = entries.get(i);
      if (route.takes(entry.event())) {
        deliveries.add(new Delivery.Occurred(entry.event(), entry.occurrences(), record, i));
      }
    }
    return deliveries;
  }

  private static UUID id(SinkRecord record) {
    String key = String.valueOf(record.key());
    try {
      return UUID.fromString(key);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "The key of a deleted event is its id, not '%s': set key.converter to".formatted(key)
              + " org.apache.kafka.connect.storage.StringConverter",
          e);
    }
  }
}
