/** The store sink: all events in PostgreSQL, to be searched. */
@NullMarked
package dev.tidings.writers.store;

import org.jspecify.annotations.NullMarked;
