/** Resource versions: positions in a topic that any process can resume from. */
@NullMarked
package dev.tidings.informer.rv;

import org.jspecify.annotations.NullMarked;
