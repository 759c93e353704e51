/** Which Kafka and which schema registry a command talks to. */
@NullMarked
package dev.tidings.cli.connection;

import org.jspecify.annotations.NullMarked;
