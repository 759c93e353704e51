package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.watch.Watcher;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** What goes with a recorder, be it ours or the application's own. */
@AutoConfiguration(after = RecorderAutoConfiguration.class)
@ConditionalOnRecorderEnabled
@ConditionalOnSingleCandidate(EventRecorder.class)
public final class RecorderAttachmentsAutoConfiguration {
  @Bean
  RecorderLifecycle tidingsRecorderLifecycle(EventRecorder recorder, ClosingTime closing) {
    return new RecorderLifecycle(recorder, closing);
  }

  @Bean
  @ConditionalOnBooleanProperty("tidings.recorder.install-as-default")
  DefaultRecorder tidingsDefaultRecorder(EventRecorder recorder) {
    return new DefaultRecorder(recorder);
  }

  @Bean
  @ConditionalOnBooleanProperty("tidings.recorder.publish-application-events")
  ApplicationEventBridge tidingsApplicationEventBridge(
      EventRecorder recorder, ApplicationEventPublisher publisher, RecorderProperties properties) {
    return new ApplicationEventBridge(recorder, publisher, properties.closeTimeout());
  }

  /** Ends with the recorder, which lets it write what was recorded last. */
  @Bean(destroyMethod = "")
  @ConditionalOnBooleanProperty("tidings.recorder.logging.enabled")
  Watcher tidingsEventLog(EventRecorder recorder, RecorderProperties properties) {
    return recorder.broadcaster().logTo(LoggerFactory.getLogger(properties.logging().logger()));
  }
}
