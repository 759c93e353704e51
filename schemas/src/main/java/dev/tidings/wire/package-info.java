/** What is on the wire: topics, headers, and the bytes of keys and values. */
@NullMarked
package dev.tidings.wire;

import org.jspecify.annotations.NullMarked;
