package dev.tidings.recorder.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do instead of showing a stack trace. */
final class RecorderStartFailureAnalyzer extends AbstractFailureAnalyzer<RecorderStartException> {
  private static final String ACTION =
      """
      Check the properties under 'tidings.recorder'. Required are
        tidings.recorder.bootstrap-servers (or spring.kafka.bootstrap-servers): the Kafka brokers
        tidings.recorder.registry-url: the schema registry ('mock://test' keeps schemas in memory, for tests)
      A bean of type EventRecorderCustomizer can set them, too. 'tidings.recorder.enabled=false' does without a recorder.\
      """;

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, RecorderStartException cause) {
    return new FailureAnalysis(cause.getMessage(), ACTION, cause);
  }
}
