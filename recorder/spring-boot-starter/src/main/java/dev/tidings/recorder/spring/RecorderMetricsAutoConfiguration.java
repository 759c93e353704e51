package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.micrometer.RecorderMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The recorder's meters, where there is a registry; Spring Boot's metrics bind them to it. */
@AutoConfiguration(
    after = RecorderAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnRecorderEnabled
@ConditionalOnSingleCandidate(EventRecorder.class)
public final class RecorderMetricsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  RecorderMetrics tidingsRecorderMetrics(EventRecorder recorder) {
    return new RecorderMetrics(recorder);
  }
}
