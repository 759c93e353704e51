package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.StormRule;
import java.time.Duration;

/**
 * How the topology works.
 *
 * @param rules interval and series of each type
 * @param grace how long beyond its interval a window is remembered after its last arrival
 * @param rememberIdleOrigins how long the position of an idle recorder is remembered
 * @param storm when messages are combined
 * @param limit how many new events a source may emit
 * @param batches when a batch is emitted
 * @param stores how state is kept
 */
public record DedupSettings(
    RuleBook rules,
    Duration grace,
    Duration rememberIdleOrigins,
    StormRule storm,
    RateLimit limit,
    BatchSettings batches,
    StoreSettings stores) {}
