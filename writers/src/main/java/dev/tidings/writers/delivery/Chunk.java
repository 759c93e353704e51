package dev.tidings.writers.delivery;

import java.util.List;

/**
 * What Connect gave at once: the unit of writing.
 *
 * @param offsets of the records
 * @param deliveries what is to be written of them
 * @param bytes of the events, as they came
 */
record Chunk(Offsets offsets, List<Delivery> deliveries, long bytes) {

  static Chunk of(Offsets offsets, List<Delivery> deliveries) {
    return new Chunk(
        offsets, deliveries, deliveries.stream().mapToLong(Delivery::encodedBytes).sum());
  }
}
