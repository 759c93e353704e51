package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The recorder's part of the application's health, where there is such a thing. */
@AutoConfiguration(after = RecorderAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnRecorderEnabled
@ConditionalOnSingleCandidate(EventRecorder.class)
public final class RecorderHealthAutoConfiguration {
  // The condition is not on the class: all conditions of a class must be loadable.
  @Bean
  @ConditionalOnEnabledHealthIndicator("tidings-recorder")
  @ConditionalOnMissingBean(name = "tidingsRecorderHealthIndicator")
  HealthIndicator tidingsRecorderHealthIndicator(
      EventRecorder recorder, RecorderProperties properties) {
    Duration aggregation = properties.aggregationInterval();
    RecorderProperties.Health health = properties.health();
    return new RecorderHealthIndicator(
        recorder,
        aggregation == null ? health.maxLag() : health.maxLag().plus(aggregation),
        health.lossWindow(),
        Clock.systemUTC());
  }
}
