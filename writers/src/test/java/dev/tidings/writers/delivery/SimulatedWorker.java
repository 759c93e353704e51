package dev.tidings.writers.delivery;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Does with a task what Kafka Connect's worker does, in one thread and in an order that a seed
 * decides: polls, puts, puts again, commits, rewinds, restarts.
 */
public final class SimulatedWorker implements SinkTaskContext {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Map<TopicPartition, List<SinkRecord>> log = new HashMap<>();
  private final Map<TopicPartition, Long> position = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<TopicPartition, Long> rewinds = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> processed = new HashMap<>();
  private final List<SinkRecord> batch = new ArrayList<>();
  private final List<SinkRecord> errant = new ArrayList<>();
  private long pauseMillis;
  private boolean commitRequested;
  private Metrics metrics = new Metrics();
  private Supplier<PluginMetrics> pluginMetrics = this::ownMetrics;

  private PluginMetrics ownMetrics() {
    metrics = new Metrics();
    return new PluginMetricsImpl(metrics, Map.of("connector", "writer", "task", "0"));
  }

  public void append(SinkRecord record) {
    log.computeIfAbsent(partition(record), p -> new ArrayList<>()).add(record);
  }

  private static TopicPartition partition(SinkRecord record) {
    return new TopicPartition(record.topic(), record.kafkaPartition());
  }

  public void start(SinkTask task, Map<String, String> settings) {
    batch.clear();
    rewinds.clear();
    processed.clear();
    commitRequested = false;
    log.keySet().forEach(p -> position.put(p, committed.getOrDefault(p, 0L)));
    task.initialize(this);
    task.start(settings);
    task.open(log.keySet());
  }

  /** Polls some records if none wait, and gives them to the task. */
  public void step(SinkTask task, Random random) {
    rewinds.forEach(
        (p, offset) -> {
          position.put(p, offset);
          processed.put(p, new OffsetAndMetadata(offset));
        });
    rewinds.clear();
    if (batch.isEmpty()) {
      poll(random);
    }
    try {
      task.put(List.copyOf(batch));
      batch.forEach(r -> processed.put(partition(r), new OffsetAndMetadata(r.kafkaOffset() + 1)));
      batch.clear();
      if (commitRequested) {
        commitRequested = false;
        commit(task);
      }
    } catch (RetriableException e) {
      // The same records are given again.
      if (Boolean.getBoolean("simulated.worker.log")) {
        System.out.println(e.getMessage());
      }
    }
  }

  /**
   * As {@link #step}, and commits now and then. When the task asked for a pause and there is
   * nothing else to give it, waits for that long first.
   */
  public void stepInTime(SinkTask task, Random random) {
    long pauseNanos = TimeUnit.MILLISECONDS.toNanos(takePauseMillis());
    if (pauseNanos > 0 && rewinds.isEmpty() && (!batch.isEmpty() || isAtEnd())) {
      long until = System.nanoTime() + pauseNanos;
      await()
          .atMost(LIMIT)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> System.nanoTime() >= until);
    }
    step(task, random);
    if (random.nextInt(10) == 0) {
      commit(task);
    }
  }

  /** Starts the task, steps until all is committed, and stops it. */
  public void run(SinkTask task, Map<String, String> settings, Random random) {
    start(task, settings);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isDone()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Not done: " + this);
      }
      stepInTime(task, random);
    }
    stop(task, true);
  }

  private boolean isAtEnd() {
    return log.entrySet().stream()
        .allMatch(e -> position.getOrDefault(e.getKey(), 0L) >= e.getValue().size());
  }

  private void poll(Random random) {
    log.forEach(
        (p, records) -> {
          long from = position.get(p);
          long to = Math.min(records.size(), from + random.nextInt(5));
          batch.addAll(records.subList((int) from, (int) to));
          position.put(p, to);
        });
  }

  public void commit(SinkTask task) {
    try {
      task.preCommit(Map.copyOf(processed))
          .forEach((p, offset) -> committed.put(p, offset.offset()));
    } catch (RetriableException e) {
      log.keySet().forEach(p -> position.put(p, committed.getOrDefault(p, 0L)));
      processed.clear();
      committed.forEach((p, offset) -> processed.put(p, new OffsetAndMetadata(offset)));
    }
  }

  public void stop(SinkTask task, boolean orderly) {
    if (orderly) {
      commit(task);
    }
    task.close(log.keySet());
    task.stop();
  }

  public boolean isDone() {
    return batch.isEmpty()
        && log.entrySet().stream()
            .allMatch(e -> committed.getOrDefault(e.getKey(), 0L) == e.getValue().size());
  }

  @Override
  public String toString() {
    return "position %s, committed %s, processed %s, waiting %d, rewinds %s"
        .formatted(position, committed, processed, batch.size(), rewinds);
  }

  public List<SinkRecord> errant() {
    return errant;
  }

  public long committed(TopicPartition partition) {
    return committed.getOrDefault(partition, 0L);
  }

  /** How long Kafka Connect would wait before the next step; none from then on. */
  public long takePauseMillis() {
    long taken = pauseMillis;
    pauseMillis = 0;
    return taken;
  }

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    rewinds.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition tp, long offset) {
    rewinds.put(tp, offset);
  }

  @Override
  public void timeout(long timeoutMs) {
    pauseMillis = timeoutMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return log.keySet();
  }

  @Override
  public void pause(TopicPartition... partitions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void resume(TopicPartition... partitions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void requestCommit() {
    commitRequested = true;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return pluginMetrics.get();
  }

  /** As workers do that are older than Kafka 4.1. */
  public void withoutPluginMetrics() {
    pluginMetrics =
        () -> {
          throw new NoSuchMethodError("pluginMetrics");
        };
  }

  /** What the task shows. */
  public double metric(WriterMeter meter) {
    return metrics.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals(meter.attribute()))
        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return (record, error) -> {
      errant.add(record);
      return CompletableFuture.completedFuture(null);
    };
  }
}
