/** A real Kafka broker on loopback, in this process or in a child process. */
@NullMarked
package dev.tidings.infra.kafka;

import org.jspecify.annotations.NullMarked;
