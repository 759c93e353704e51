/** De-duplicates and batches events: start at {@link dev.tidings.dedup.DedupApplication}. */
@NullMarked
package dev.tidings.dedup;

import org.jspecify.annotations.NullMarked;
