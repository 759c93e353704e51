package dev.tidings.informer.reflector;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;

/**
 * Notices that a consumer asks for records all the time and gets none. It does so, without a pause
 * and with a warning in the log each time, when the topic that it reads is gone. For one thread.
 */
final class FetchRate {
  private static final int SUSPICIOUS_REQUESTS = 20;
  private static final long NOT_AGAIN_WITHIN_NANOS = Duration.ofSeconds(2).toNanos();

  private final Consumer<?, ?> consumer;
  private final Optional<? extends Metric> requests;
  private double before;
  private boolean suspected;
  private long suspectedNanos;

  FetchRate(Consumer<?, ?> consumer) {
    this.consumer = consumer;
    // That of the consumer, not those of its topics.
    requests =
        consumer.metrics().values().stream()
            .filter(metric -> metric.metricName().name().equals("fetch-total"))
            .filter(metric -> metric.metricName().tags().size() == 1)
            .findFirst();
    before = total();
  }

  boolean isOf(Consumer<?, ?> other) {
    return consumer == other;
  }

  private double total() {
    return requests.map(metric -> (double) metric.metricValue()).orElse(0.0);
  }

  /**
   * To be called after each short poll.
   *
   * @param gotSomething whether that moved a position on
   * @return whether it should be looked at why nothing comes; not again for a while
   */
  boolean isSuspicious(boolean gotSomething) {
    double now = total();
    double asked = now - before;
    before = now;
    // In a quiet topic each broker is asked about twice a second.
    if (gotSomething || asked < SUSPICIOUS_REQUESTS + consumer.assignment().size()) {
      return false;
    }
    if (suspected && System.nanoTime() - suspectedNanos < NOT_AGAIN_WITHIN_NANOS) {
      return false;
    }
    suspected = true;
    suspectedNanos = System.nanoTime();
    return true;
  }
}
