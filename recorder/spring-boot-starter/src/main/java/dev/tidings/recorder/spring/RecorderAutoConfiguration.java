package dev.tidings.recorder.spring;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.EventRecorderBuilder;
import dev.tidings.recorder.Redaction;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An {@link EventRecorder} made from {@link RecorderProperties}, unless the application has one of
 * its own.
 */
@AutoConfiguration
@ConditionalOnRecorderEnabled
@EnableConfigurationProperties(RecorderProperties.class)
public final class RecorderAutoConfiguration {
  @Bean
  ClosingTime tidingsClosingTime(RecorderProperties properties) {
    return new ClosingTime(properties.closeTimeout());
  }

  @Bean
  @ConditionalOnMissingBean(EventRecorder.class)
  RecorderFactoryBean eventRecorder(
      RecorderProperties properties,
      Environment environment,
      ObjectProvider<Catalogue> catalogues,
      ObjectProvider<Redaction> redactions,
      ObjectProvider<EventRecorderCustomizer> customizers,
      ClosingTime closing) {
    EventRecorderBuilder builder = builder(new RecorderSettings(properties, environment));
    catalogues.orderedStream().forEach(builder::catalogue);
    Stream.concat(
            properties.redactSecrets() ? Stream.of(Redaction.secrets()) : Stream.empty(),
            redactions.orderedStream())
        .reduce(Redaction::and)
        .ifPresent(builder::redaction);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return new RecorderFactoryBean(builder, closing);
  }

  private static EventRecorderBuilder builder(RecorderSettings settings) {
    try {
      return settings.toBuilder();
    } catch (RuntimeException e) {
      throw new RecorderStartException(e);
    }
  }
}
