@NullMarked
package dev.tidings.connect;

import org.jspecify.annotations.NullMarked;
