/** Side-by-side measurements and fault runs. */
@NullMarked
package dev.tidings.benchmarks;

import org.jspecify.annotations.NullMarked;
