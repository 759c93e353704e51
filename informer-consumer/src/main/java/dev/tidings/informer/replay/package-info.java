/** Reads what was in a topic once more: at full speed, paced as it came, or step by step. */
@NullMarked
package dev.tidings.informer.replay;

import org.jspecify.annotations.NullMarked;
