/** The tidings command and its subcommands. */
@NullMarked
package dev.tidings.cli;

import org.jspecify.annotations.NullMarked;
