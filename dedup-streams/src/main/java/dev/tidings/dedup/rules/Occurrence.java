package dev.tidings.dedup.rules;

import dev.tidings.event.identity.SeriesKey;

/**
 * One record, as far as the rules look at it.
 *
 * @param series what it is a repeat of, if it is one
 * @param firstMicros its event time: the first occurrence that it stands for
 * @param lastMicros the last one
 * @param count how many it stands for
 * @param arrivalMillis when it was appended to the log
 */
public record Occurrence(
    SeriesKey series, long firstMicros, long lastMicros, long count, long arrivalMillis) {}
