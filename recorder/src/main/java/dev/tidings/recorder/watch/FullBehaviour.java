package dev.tidings.recorder.watch;

import java.time.Duration;

/** What happens to what is offered to a full queue (client-go's {@code FullChannelBehavior}). */
public sealed interface FullBehaviour {
  /** It is dropped, counted, and reported (client-go: {@code DropIfChannelFull}). */
  record Drop() implements FullBehaviour {}

  /**
   * Whoever offers it waits for room (client-go: {@code WaitIfChannelFull}).
   *
   * @param atMost so long; then it is dropped
   */
  record Wait(Duration atMost) implements FullBehaviour {
    /**
     * @throws IllegalArgumentException if the time is negative
     */
    public Wait {
      if (atMost.isNegative()) {
        throw new IllegalArgumentException("Nobody can wait for " + atMost);
      }
    }
  }
}
