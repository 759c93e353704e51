/** The indexed store: one writer, immutable snapshots for readers. */
@NullMarked
package dev.tidings.informer.store;

import org.jspecify.annotations.NullMarked;
