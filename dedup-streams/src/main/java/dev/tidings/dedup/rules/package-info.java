/** What a repeat is: the protocol's rules, apart from how state is kept. */
@NullMarked
package dev.tidings.dedup.rules;

import org.jspecify.annotations.NullMarked;
