/** The writers next to bare loops, and under faults of their receivers. */
@NullMarked
package dev.tidings.benchmarks.writers;

import org.jspecify.annotations.NullMarked;
