/** What was rejected, and why. */
@NullMarked
package dev.tidings.cli.rejected;

import org.jspecify.annotations.NullMarked;
