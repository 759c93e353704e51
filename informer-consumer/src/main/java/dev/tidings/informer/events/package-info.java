/** Informers of the platform's events. */
@NullMarked
package dev.tidings.informer.events;

import org.jspecify.annotations.NullMarked;
