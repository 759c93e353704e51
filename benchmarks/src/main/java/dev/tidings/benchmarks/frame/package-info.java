/** What all measurements and fault runs share: targets, figures, their names. */
@NullMarked
package dev.tidings.benchmarks.frame;

import org.jspecify.annotations.NullMarked;
