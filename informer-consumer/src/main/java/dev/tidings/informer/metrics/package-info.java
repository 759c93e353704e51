/** The figures of an informer for Micrometer, which is needed for this package only. */
@NullMarked
package dev.tidings.informer.metrics;

import org.jspecify.annotations.NullMarked;
