/** An independent model of the de-duplication rules, to hold any run of the platform against. */
@NullMarked
package dev.tidings.conformance;

import org.jspecify.annotations.NullMarked;
