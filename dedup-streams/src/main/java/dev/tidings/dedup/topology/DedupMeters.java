package dev.tidings.dedup.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What is measured of all partitions of this process. Thread-safe. */
public final class DedupMeters {
  private static final Duration[] DELAYS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(5),
  };

  final Counter records;
  final Counter firsts;
  final Counter repeats;
  final Counter retransmissions;
  final Counter rejected;
  final Counter late;
  final Counter combined;
  final Counter withheld;
  final Counter suppressed;
  final DistributionSummary batchEntries;
  final DistributionSummary batchBytes;
  final Timer delay;
  final AtomicLong openWindows = new AtomicLong();

  /** Makes the meters known to a registry. */
  public DedupMeters(MeterRegistry registry) {
    records = counter(registry, "records", "Records read from the recorded topic.");
    firsts = counter(registry, "first.occurrences", "Records that became an event of their own.");
    repeats = counter(registry, "repeats", "Records that were counted on an event.");
    retransmissions =
        counter(registry, "retransmissions", "Records that were sent again, and dropped.");
    rejected = counter(registry, "rejected", "Records sent to the rejected topic.");
    late = counter(registry, "late", "First occurrences older than the window of their series.");
    combined = counter(registry, "combined", "Records counted on a combined event in a storm.");
    withheld = counter(registry, "withheld", "Records over the rate limit of their source.");
    suppressed = counter(registry, "suppressed", "Records suppressed during maintenance.");
    batchEntries =
        DistributionSummary.builder("tidings.dedup.batch.entries")
            .description("Events in a batch.")
            .register(registry);
    batchBytes =
        DistributionSummary.builder("tidings.dedup.batch.size")
            .baseUnit("bytes")
            .description("Size of a batch.")
            .register(registry);
    delay =
        Timer.builder("tidings.dedup.delay")
            .description("From a first occurrence's entry into Kafka until it is sent on.")
            .serviceLevelObjectives(DELAYS)
            .register(registry);
    Gauge.builder("tidings.dedup.open.windows", openWindows, AtomicLong::get)
        .description("Events that are remembered, and may take repeats.")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("tidings.dedup." + name).description(description).register(registry);
  }
}
