/** The Kafka Streams topology: records in, events and batches out, state in stores. */
@NullMarked
package dev.tidings.dedup.topology;

import org.jspecify.annotations.NullMarked;
