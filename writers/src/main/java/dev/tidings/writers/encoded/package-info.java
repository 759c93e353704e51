/** Events as they are on the wire, read in place and written on as text without being decoded. */
@NullMarked
package dev.tidings.writers.encoded;

import org.jspecify.annotations.NullMarked;
