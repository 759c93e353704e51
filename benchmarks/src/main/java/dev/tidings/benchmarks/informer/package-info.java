/** The informer next to a bare consumer, KCache and GlobalKTable; its fan-out; its faults. */
@NullMarked
package dev.tidings.benchmarks.informer;

import org.jspecify.annotations.NullMarked;
