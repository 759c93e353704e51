package dev.tidings.recorder;

import java.time.Duration;

/**
 * How many events about one object one source may record: a token bucket for each. The defaults are
 * those of client-go's {@code EventSourceObjectSpamFilter}: 25 at once, then one every five
 * minutes, for the 4,096 objects used last.
 *
 * @param burst how many may come at once
 * @param refill how long until one more may come
 * @param objects how many are remembered; the one that was quiet longest is forgotten first
 * @param reportEvery how often what was withheld is reported, as an event of its own
 */
public record SpamFilter(int burst, Duration refill, int objects, Duration reportEvery) {
  /**
   * @throws IllegalArgumentException if a number is not positive, saying which
   */
  public SpamFilter {
    if (burst < 1 || objects < 1 || refill.toMillis() < 1 || reportEvery.toMillis() < 1) {
      throw new IllegalArgumentException(
          "A spam filter's burst, objects and times must be positive; not %d, %d, %s and %s"
              .formatted(burst, objects, refill, reportEvery));
    }
  }

  /** 25 at once, one more every five minutes, 4,096 objects, a report every minute. */
  public static SpamFilter defaults() {
    return new SpamFilter(25, Duration.ofMinutes(5), 4_096, Duration.ofMinutes(1));
  }

  /** So many at once, and one more each time. */
  public SpamFilter withRate(int burst, Duration refill) {
    return new SpamFilter(burst, refill, objects, reportEvery);
  }

  /** Reports so often. */
  public SpamFilter withReportEvery(Duration period) {
    return new SpamFilter(burst, refill, objects, period);
  }
}
