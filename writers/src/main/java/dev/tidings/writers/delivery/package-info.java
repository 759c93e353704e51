/**
 * How events get to a receiver: what Kafka Connect gives becomes deliveries, offsets are committed
 * when the receiver has them, and what fails is tried again.
 */
@NullMarked
package dev.tidings.writers.delivery;

import org.jspecify.annotations.NullMarked;
