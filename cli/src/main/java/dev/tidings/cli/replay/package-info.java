/** Reads what was in a topic once more. */
@NullMarked
package dev.tidings.cli.replay;

import org.jspecify.annotations.NullMarked;
