/** The platform inside a test: a broker, the de-duplication, recorders and informers. */
@NullMarked
package dev.tidings.junit;

import org.jspecify.annotations.NullMarked;
