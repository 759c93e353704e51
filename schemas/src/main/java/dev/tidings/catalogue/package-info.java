/** Event types and the catalogues that list them. */
@NullMarked
package dev.tidings.catalogue;

import org.jspecify.annotations.NullMarked;
