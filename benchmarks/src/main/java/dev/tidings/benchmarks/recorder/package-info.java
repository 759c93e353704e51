/** The recorder: what a call costs next to its peers, and what is left after it was killed. */
@NullMarked
package dev.tidings.benchmarks.recorder;

import org.jspecify.annotations.NullMarked;
