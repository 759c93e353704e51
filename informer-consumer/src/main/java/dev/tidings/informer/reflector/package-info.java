/** Reads a topic: loads it to its end, then follows it for ever. */
@NullMarked
package dev.tidings.informer.reflector;

import org.jspecify.annotations.NullMarked;
