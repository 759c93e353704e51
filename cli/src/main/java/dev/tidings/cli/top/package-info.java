/** Counts by type, source and severity: live, and over a time. */
@NullMarked
package dev.tidings.cli.top;

import org.jspecify.annotations.NullMarked;
