/** How events are shown. */
@NullMarked
package dev.tidings.cli.output;

import org.jspecify.annotations.NullMarked;
