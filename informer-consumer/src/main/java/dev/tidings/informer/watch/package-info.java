/** The watch cache: recent changes in memory, older ones from the topic itself. */
@NullMarked
package dev.tidings.informer.watch;

import org.jspecify.annotations.NullMarked;
