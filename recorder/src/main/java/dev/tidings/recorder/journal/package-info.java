/**
 * An append-only journal in memory-mapped files: what was appended outlives the process, and is
 * read back in order by one reader, until it is acknowledged.
 */
@NullMarked
package dev.tidings.recorder.journal;

import org.jspecify.annotations.NullMarked;
