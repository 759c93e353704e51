/** Which events a command shows. */
@NullMarked
package dev.tidings.cli.filter;

import org.jspecify.annotations.NullMarked;
