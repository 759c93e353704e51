package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorderBuilder;

/**
 * Changes the settings of the recorder that is made from {@link RecorderProperties}. Beans of this
 * type are called in their order, after the properties were applied, so that they have the last
 * word.
 */
@FunctionalInterface
public interface EventRecorderCustomizer {
  /** Changes what it likes. Called once, before the recorder starts. */
  void customize(EventRecorderBuilder builder);
}
