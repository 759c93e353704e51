/** Which events a writer takes. */
@NullMarked
package dev.tidings.writers.routing;

import org.jspecify.annotations.NullMarked;
