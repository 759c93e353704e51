/** The lines sink: event JSON lines to a file. */
@NullMarked
package dev.tidings.writers.lines;

import org.jspecify.annotations.NullMarked;
