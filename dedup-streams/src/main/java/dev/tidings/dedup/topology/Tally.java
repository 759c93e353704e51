package dev.tidings.dedup.topology;

import java.util.concurrent.TimeUnit;

/**
 * What one partition has to say to the {@link DedupMeters}: counted in plain fields, said once per
 * commit or batch. Counts of what a fault undoes stay in. One thread.
 */
final class Tally {
  long records;
  long firsts;
  long repeats;
  long retransmissions;
  long rejected;
  long late;
  long combined;
  long withheld;
  long suppressed;
  private long publishedWindows;
  private final DedupMeters meters;

  Tally(DedupMeters meters) {
    this.meters = meters;
  }

  void first(long delayMillis) {
    firsts++;
    meters.delay.record(Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
  }

  void batch(int entries, int bytes) {
    meters.batchEntries.record(entries);
    meters.batchBytes.record(bytes);
  }

  void publish(long openWindows) {
    meters.records.increment(records);
    meters.firsts.increment(firsts);
    meters.repeats.increment(repeats);
    meters.retransmissions.increment(retransmissions);
    meters.rejected.increment(rejected);
    meters.late.increment(late);
    meters.combined.increment(combined);
    meters.withheld.increment(withheld);
    meters.suppressed.increment(suppressed);
    meters.openWindows.addAndGet(openWindows - publishedWindows);
    publishedWindows = openWindows;
    records = 0;
    firsts = 0;
    repeats = 0;
    retransmissions = 0;
    rejected = 0;
    late = 0;
    combined = 0;
    withheld = 0;
    suppressed = 0;
  }
}
