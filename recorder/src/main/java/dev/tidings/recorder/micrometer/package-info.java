/** A recorder's counts as Micrometer meters. Needs {@code micrometer-core} on the class path. */
@NullMarked
package dev.tidings.recorder.micrometer;

import org.jspecify.annotations.NullMarked;
