/** The whole platform in one process: start at {@link dev.tidings.infra.stack.EmbeddedStack}. */
@NullMarked
package dev.tidings.infra.stack;

import org.jspecify.annotations.NullMarked;
