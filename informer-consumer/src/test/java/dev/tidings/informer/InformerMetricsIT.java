package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.informer.metrics.InformerMetrics;
import dev.tidings.infra.kafka.SharedKafka;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(150)
class InformerMetricsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void showsWhatTheInformerDoes() throws Exception {
    try (Topic topic =
            new Topic(SharedKafka.bootstrapServers(), 2, Map.of("cleanup.policy", "compact"));
        SharedInformer<String, String> informer =
            topic.informer().index("value", (key, value) -> List.of(value)).build()) {
      topic.put("a", "1");
      topic.put("b", "2");
      MeterRegistry registry = new SimpleMeterRegistry();
      InformerMetrics metrics = new InformerMetrics(informer, topic.name, List.of());
      metrics.bindTo(registry);
      assertThat(registry.get("tidings.informer.synced").gauge().value()).isZero();
      informer.start();
      assertThat(informer.awaitSync(LIMIT)).isTrue();
      assertThat(registry.get("tidings.informer.synced").tag("topic", topic.name).gauge().value())
          .isOne();
      assertThat(registry.get("tidings.informer.objects").gauge().value()).isEqualTo(2);
      assertThat(registry.get("tidings.informer.records").functionCounter().count()).isEqualTo(2);
      assertThat(registry.get("tidings.informer.load.time").timeGauge().value()).isPositive();
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                metrics.refresh();
                assertThat(
                        registry.get("tidings.informer.lag").tag("partition", "1").gauge().value())
                    .isZero();
              });
      assertThat(
              registry.get("tidings.informer.index.values").tag("index", "value").gauge().value())
          .isEqualTo(2);
      assertThat(informer.status().isHealthy(Duration.ofMinutes(5))).isTrue();
      assertThat(informer.status().totalLag()).isZero();
    }
  }
}
