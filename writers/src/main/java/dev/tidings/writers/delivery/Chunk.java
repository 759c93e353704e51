package dev.tidings.writers.delivery;

import java.util.List;

/**
 * What Connect gave at once: the unit of writing.
 *
 * @param offsets of the records
 * @param deliveries what is to be written of them
 */
record Chunk(Offsets offsets, List<Delivery> deliveries) {}
