/** The de-duplication next to its peers, and under faults. */
@NullMarked
package dev.tidings.benchmarks.dedup;

import org.jspecify.annotations.NullMarked;
