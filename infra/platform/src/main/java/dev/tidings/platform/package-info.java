/** The platform as a container runs it for tests: reachable from outside of the container. */
@NullMarked
package dev.tidings.platform;

import org.jspecify.annotations.NullMarked;
