/** The queue of a controller: what is to be looked at, each once, later or again. */
@NullMarked
package dev.tidings.informer.workqueue;

import org.jspecify.annotations.NullMarked;
