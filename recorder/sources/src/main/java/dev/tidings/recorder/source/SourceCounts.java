package dev.tidings.recorder.source;

/**
 * What a source counted since its start.
 *
 * @param recorded events that are safe (see {@link Confirmation})
 * @param refused events that the recorder refused as invalid
 * @param pending events of which it is not known yet
 * @param retried how often an event was recorded again, because it was not safe
 * @param repeated what was seen again after a resume, and not recorded again
 * @param unreadable what was received but not understood
 * @param connects how often watching began, or began anew after a failure
 * @param forcedReloads how often something may have been missed
 */
public record SourceCounts(
    long recorded,
    long refused,
    long pending,
    long retried,
    long repeated,
    long unreadable,
    long connects,
    long forcedReloads) {}
