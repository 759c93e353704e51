/** From record() to a watching reader. */
@NullMarked
package dev.tidings.benchmarks.e2e;

import org.jspecify.annotations.NullMarked;
