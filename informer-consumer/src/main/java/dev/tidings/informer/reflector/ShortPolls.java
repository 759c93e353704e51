package dev.tidings.informer.reflector;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.Metric;

/**
 * Polls for a short while at a time, and notices that a consumer asks for records all the time and
 * gets none. It does so, without a pause and with a warning in the log each time, when the topic
 * that it reads is gone. For one thread.
 */
final class ShortPolls<K, V> {
  private static final Duration LONGEST = Duration.ofMillis(100);
  private static final int SUSPICIOUS_REQUESTS = 20;
  private static final long NOT_AGAIN_WITHIN_NANOS = Duration.ofSeconds(2).toNanos();

  private final Consumer<K, V> consumer;
  private final Optional<? extends Metric> requests;
  private double before;
  private boolean suspicious;
  private boolean suspected;
  private long suspectedNanos;

  ShortPolls(Consumer<K, V> consumer) {
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

  /** What comes soon. */
  ConsumerRecords<K, V> poll() {
    return poll(LONGEST);
  }

  /** What comes soon, or sooner. */
  ConsumerRecords<K, V> poll(Duration maxWait) {
    ConsumerRecords<K, V> records =
        consumer.poll(maxWait.compareTo(LONGEST) < 0 ? maxWait : LONGEST);
    suspicious = looksGone(!records.nextOffsets().isEmpty());
    return records;
  }

  /** Whether it should be looked at why the last poll brought nothing; not often. */
  boolean isSuspicious() {
    return suspicious;
  }

  /**
   * @param gotSomething whether the poll moved a position on
   */
  private boolean looksGone(boolean gotSomething) {
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
