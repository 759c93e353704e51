/** How people say which events they mean. */
@NullMarked
package dev.tidings.event.match;

import org.jspecify.annotations.NullMarked;
