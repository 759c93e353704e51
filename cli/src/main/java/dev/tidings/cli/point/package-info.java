/** Points of a log as people write them. */
@NullMarked
package dev.tidings.cli.point;

import org.jspecify.annotations.NullMarked;
