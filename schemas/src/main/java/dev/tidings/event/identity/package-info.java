/** What identifies an event, a series of repeats, and the object that an event is about. */
@NullMarked
package dev.tidings.event.identity;

import org.jspecify.annotations.NullMarked;
