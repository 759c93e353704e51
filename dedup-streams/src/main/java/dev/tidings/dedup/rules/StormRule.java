package dev.tidings.dedup.rules;

import java.time.Duration;

/**
 * Storm protection, as client-go's event aggregator: when so many different messages of one type,
 * severity, source and object are remembered that were opened within the interval, what else comes
 * is counted on one combined event.
 *
 * @param messages how many; 0 for no protection
 * @param interval by event time
 */
public record StormRule(int messages, Duration interval) {
  /** Nothing is combined. */
  public static final StormRule OFF = new StormRule(0, Duration.ofMinutes(10));

  /** Whether anything is ever combined. */
  public boolean isOn() {
    return messages > 0;
  }
}
