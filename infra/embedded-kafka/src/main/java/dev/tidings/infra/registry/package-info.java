/** A real schema registry on loopback, as a child process. */
@NullMarked
package dev.tidings.infra.registry;

import org.jspecify.annotations.NullMarked;
