package dev.tidings.dedup.rules;

import java.time.Duration;

/**
 * How events of a type are de-duplicated.
 *
 * @param interval D: how long after its opening a window takes repeats, by event time
 * @param fields what makes a series
 */
public record TypeRules(Duration interval, SeriesFields fields) {}
