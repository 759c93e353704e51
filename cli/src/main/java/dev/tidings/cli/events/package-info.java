/** The current events and how they came about: get, watch, diff, describe. */
@NullMarked
package dev.tidings.cli.events;

import org.jspecify.annotations.NullMarked;
