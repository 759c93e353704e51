/** What all writers share. */
@NullMarked
package dev.tidings.writers;

import org.jspecify.annotations.NullMarked;
