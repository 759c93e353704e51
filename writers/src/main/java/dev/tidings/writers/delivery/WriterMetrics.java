package dev.tidings.writers.delivery;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * The figures of one task. Workers older than Kafka 4.1 take no metrics of plugins; there they are
 * counted for nobody. Thread-safe.
 *
 * <p>Without Kafka's sensors: a worker keeps all of them under one name, so that two tasks would
 * share them.
 */
final class WriterMetrics {
  private final Map<WriterMeter, AtomicLong> figures = new EnumMap<>(WriterMeter.class);
  private final AtomicLong writeNanos = new AtomicLong();

  WriterMetrics() {
    for (WriterMeter meter : WriterMeter.values()) {
      figures.put(meter, new AtomicLong());
    }
  }

  /** Shows them, if the worker can. Kafka Connect takes them away when the task ends. */
  void show(SinkTaskContext context) {
    try {
      Registration.register(context, this);
    } catch (NoSuchMethodError | NoClassDefFoundError e) {
      // An older worker: this is how Kafka Connect's documentation has it told.
    }
  }

  /** Its own class, so that an older worker does not miss what it names before it is called. */
  private static final class Registration {
    static void register(SinkTaskContext context, WriterMetrics metrics) {
      PluginMetrics worker = context.pluginMetrics();
      if (worker == null) {
        return;
      }
      for (WriterMeter meter : WriterMeter.values()) {
        Gauge<Long> gauge = (config, now) -> metrics.value(meter);
        worker.addMetric(
            worker.metricName(meter.attribute(), meter.description(), new LinkedHashMap<>()),
            gauge);
      }
    }
  }

  long value(WriterMeter meter) {
    return meter == WriterMeter.WRITE_TIME
        ? TimeUnit.NANOSECONDS.toMillis(writeNanos.get())
        : figure(meter).get();
  }

  void delivered(int events) {
    figure(WriterMeter.DELIVERED).addAndGet(events);
  }

  void rejected(int events) {
    figure(WriterMeter.REJECTED).addAndGet(events);
  }

  void retrying() {
    figure(WriterMeter.RETRIES).incrementAndGet();
  }

  /** A write that the receiver took. */
  void wrote(long nanos) {
    figure(WriterMeter.WRITES).incrementAndGet();
    writeNanos.addAndGet(nanos);
  }

  void waiting(int events) {
    figure(WriterMeter.WAITING).set(events);
  }

  private AtomicLong figure(WriterMeter meter) {
    AtomicLong figure = figures.get(meter);
    if (figure == null) {
      throw new IllegalStateException("All are made at first: " + meter);
    }
    return figure;
  }
}
