package dev.tidings.informer.replay;

import dev.tidings.informer.rv.ResourceVersion;

/**
 * What a replay did.
 *
 * @param records handed over
 * @param filtered left out
 * @param unreadable left out because they could not be decoded
 * @param stopped whether it was stopped before its end
 * @param resourceVersion what it has passed: another replay goes on from here
 */
public record ReplayResult(
    long records,
    long filtered,
    long unreadable,
    boolean stopped,
    ResourceVersion resourceVersion) {}
