/** How fast the command starts, and what its checkpoint saves. */
@NullMarked
package dev.tidings.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
