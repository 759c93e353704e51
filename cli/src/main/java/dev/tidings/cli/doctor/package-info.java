/** Finds what is wrong with a platform, and says how to mend it. */
@NullMarked
package dev.tidings.cli.doctor;

import org.jspecify.annotations.NullMarked;
