/** Event JSON: one event as one JSON object. */
@NullMarked
package dev.tidings.event.json;

import org.jspecify.annotations.NullMarked;
