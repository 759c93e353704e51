/** The platform in containers, for integration tests with Testcontainers. */
@NullMarked
package dev.tidings.testcontainers;

import org.jspecify.annotations.NullMarked;
