/** The platform's topics: as they should be, next to as they are. */
@NullMarked
package dev.tidings.infra.topics;

import org.jspecify.annotations.NullMarked;
