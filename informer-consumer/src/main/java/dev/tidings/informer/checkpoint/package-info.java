/** The state of a cache, in a file. */
@NullMarked
package dev.tidings.informer.checkpoint;

import org.jspecify.annotations.NullMarked;
