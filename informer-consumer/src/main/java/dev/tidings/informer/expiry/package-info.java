/** When objects expire. */
@NullMarked
package dev.tidings.informer.expiry;

import org.jspecify.annotations.NullMarked;
