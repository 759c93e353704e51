/** Changes that wait for whoever handles them. */
@NullMarked
package dev.tidings.informer.fifo;

import org.jspecify.annotations.NullMarked;
