/** Texts with places for what an event holds. */
@NullMarked
package dev.tidings.writers.template;

import org.jspecify.annotations.NullMarked;
