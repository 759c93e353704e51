@NullMarked
package dev.tidings.health;

import org.jspecify.annotations.NullMarked;
