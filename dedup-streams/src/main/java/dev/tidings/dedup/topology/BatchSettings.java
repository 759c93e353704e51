package dev.tidings.dedup.topology;

import java.time.Duration;

/**
 * When a batch is emitted: at the interval, or sooner at a size limit.
 *
 * @param interval by wall clock
 * @param maxEntries events in it
 * @param maxBytes about how large; one event more may be in it
 */
public record BatchSettings(Duration interval, int maxEntries, int maxBytes) {}
