/** The limits of an event, and what happens to what is over them. */
@NullMarked
package dev.tidings.event.limits;

import org.jspecify.annotations.NullMarked;
