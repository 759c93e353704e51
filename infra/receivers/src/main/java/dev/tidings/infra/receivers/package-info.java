/** What writers write to, for real and on loopback, and ways to make it fail. */
@NullMarked
package dev.tidings.infra.receivers;

import org.jspecify.annotations.NullMarked;
