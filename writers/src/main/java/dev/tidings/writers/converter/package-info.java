/** Between the wire format and Kafka Connect's typed data. */
@NullMarked
package dev.tidings.writers.converter;

import org.jspecify.annotations.NullMarked;
