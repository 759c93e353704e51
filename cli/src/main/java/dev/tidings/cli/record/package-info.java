/** Recording from the command line. */
@NullMarked
package dev.tidings.cli.record;

import org.jspecify.annotations.NullMarked;
