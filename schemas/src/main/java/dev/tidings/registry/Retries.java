package dev.tidings.registry;

import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a failed call is tried again: the rules behind {@link RegistryTransport}. */
final class Retries {
  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  /** Waits vary by a fifth, so that many clients do not come back at the same moment. */
  private static final double JITTER = 0.2;

  /** To Failsafe: go by the backoff. */
  private static final Duration BY_BACKOFF = Duration.ofNanos(-1);

  private Retries() {}

  /**
   * The policy for one call.
   *
   * @param deadline by {@link System#nanoTime}; no retry starts after it
   */
  static <T> RetryPolicy<T> until(long deadline, RegistryConfig config) {
    Duration first = config.retryBackoff();
    RetryPolicyBuilder<T> policy =
        RetryPolicy.<T>builder()
            .handleIf(
                failure ->
                    failure instanceof RegistryException e
                        && worthwhile(e, Duration.ofNanos(deadline - System.nanoTime())))
            .withBackoff(first, first.multipliedBy(16))
            .withJitter(JITTER)
            .withDelayFn(
                context ->
                    context.getLastException() instanceof RegistryException e
                        ? delay(e)
                        : BY_BACKOFF)
            .onRetryScheduled(
                event ->
                    log.debug(
                        "Next try in {} ms: {}",
                        event.getDelay().toMillis(),
                        String.valueOf(event.getLastException())));
    return config.totalTimeout().compareTo(first) > 0
        ? policy.withMaxRetries(config.maxRetries()).withMaxDuration(config.totalTimeout()).build()
        : policy.withMaxRetries(0).build();
  }

  /** The wait the registry asked for, and so much more that jitter cannot cut it short. */
  static Duration delay(RegistryException failure) {
    return failure.retryAfter().map(d -> d.multipliedBy(5).dividedBy(4)).orElse(BY_BACKOFF);
  }

  /** Whether to try again, if {@code left} is what remains of the call's time. */
  static boolean worthwhile(RegistryException failure, Duration left) {
    Duration longestWait =
        failure.retryAfter().map(d -> d.multipliedBy(3).dividedBy(2)).orElse(Duration.ZERO);
    return failure.isRetriable() && longestWait.compareTo(left) < 0;
  }
}
