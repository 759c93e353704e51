/** What an informer tells when something goes wrong that it survives. */
@NullMarked
package dev.tidings.informer.problem;

import org.jspecify.annotations.NullMarked;
