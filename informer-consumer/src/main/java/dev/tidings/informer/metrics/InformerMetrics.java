package dev.tidings.informer.metrics;

import dev.tidings.informer.InformerStatus;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.store.Snapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one informer, all named {@code tidings.informer.…} and tagged with its topic. Lag
 * by partition and the sizes of the indexes are as of the last {@link #refresh}, which whoever
 * scrapes should call before, or a scheduler now and then.
 */
public final class InformerMetrics implements MeterBinder {
  private static final String PREFIX = "tidings.informer.";

  private final SharedInformer<?, ?> informer;
  private final Tags tags;
  private volatile List<MultiGauge> refreshed = List.of();

  /**
   * @param topic the value of the tag {@code topic}
   * @param more further tags
   */
  public InformerMetrics(SharedInformer<?, ?> informer, String topic, Iterable<Tag> more) {
    this.informer = Objects.requireNonNull(informer, "informer");
    this.tags = Tags.of("topic", topic).and(more);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "synced", "1 when the topic is loaded", this::synced);
    gauge(registry, "objects", "Objects in the cache", status -> status.objects());
    gauge(registry, "handlers", "Handlers at work", status -> status.handlers());
    gauge(registry, "watches", "Watches open", status -> status.watches());
    gauge(
        registry,
        "watch.capacity",
        "Changes there is room for in memory",
        status -> status.watchCapacity());
    gauge(registry, "load.percent", "How far the load is", status -> status.load().percent());
    counter(registry, "records", "Records read", status -> status.recordsRead());
    counter(
        registry,
        "records.unreadable",
        "Records that could not be decoded",
        status -> status.recordsUnreadable());
    counter(
        registry,
        "watches.terminated",
        "Watches that were ended because they were too slow",
        status -> status.watchesTerminated());
    time(registry, "staleness", "Since Kafka was last heard of", status -> status.sinceContact());
    time(
        registry,
        "load.time",
        "How long the last load took, or has taken",
        status -> status.load().elapsed());
    refreshed =
        List.of(
            MultiGauge.builder(PREFIX + "lag")
                .description("Committed offsets still to be read")
                .tags(tags)
                .register(registry),
            MultiGauge.builder(PREFIX + "index.values")
                .description("Different values in an index")
                .tags(tags)
                .register(registry));
    refresh();
  }

  /** Looks at the partitions and indexes there are. */
  public void refresh() {
    List<MultiGauge> gauges = refreshed;
    if (gauges.isEmpty()) {
      return;
    }
    gauges
        .get(0)
        .register(
            informer.status().lag().entrySet().stream()
                .<MultiGauge.Row<?>>map(
                    lag ->
                        MultiGauge.Row.of(
                            Tags.of("partition", lag.getKey().toString()), lag.getValue()))
                .toList(),
            true);
    gauges.get(1).register(indexSizes(informer.list()), true);
  }

  private static List<MultiGauge.Row<?>> indexSizes(Snapshot<?, ?> snapshot) {
    return snapshot.indexNames().stream()
        .<MultiGauge.Row<?>>map(
            name -> MultiGauge.Row.of(Tags.of("index", name), snapshot.indexValues(name).size()))
        .toList();
  }

  private double synced(InformerStatus status) {
    return status.state() == InformerStatus.State.SYNCED ? 1 : 0;
  }

  private void gauge(
      MeterRegistry registry, String name, String help, ToDoubleFunction<InformerStatus> value) {
    Gauge.builder(PREFIX + name, informer, one -> value.applyAsDouble(one.status()))
        .description(help)
        .tags(tags)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String help, ToDoubleFunction<InformerStatus> value) {
    FunctionCounter.builder(PREFIX + name, informer, one -> value.applyAsDouble(one.status()))
        .description(help)
        .tags(tags)
        .register(registry);
  }

  private void time(
      MeterRegistry registry, String name, String help, Function<InformerStatus, Duration> value) {
    TimeGauge.builder(
            PREFIX + name,
            informer,
            TimeUnit.NANOSECONDS,
            one -> value.apply(one.status()).toNanos())
        .description(help)
        .tags(tags)
        .register(registry);
  }
}
