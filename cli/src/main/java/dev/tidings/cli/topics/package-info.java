/** Creates and compares the platform's topics. */
@NullMarked
package dev.tidings.cli.topics;

import org.jspecify.annotations.NullMarked;
