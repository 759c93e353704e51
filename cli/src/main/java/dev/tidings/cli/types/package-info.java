/** Event types and schemas, and whether a change of them is compatible. */
@NullMarked
package dev.tidings.cli.types;

import org.jspecify.annotations.NullMarked;
