/** The webhook sink: events by HTTP POST. */
@NullMarked
package dev.tidings.writers.webhook;

import org.jspecify.annotations.NullMarked;
