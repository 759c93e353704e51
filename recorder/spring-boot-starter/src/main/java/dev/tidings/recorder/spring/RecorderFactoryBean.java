package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.EventRecorderBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.AbstractFactoryBean;

/**
 * Makes the recorder, and closes it when all beans that were given it are gone: they can record as
 * long as they live.
 */
final class RecorderFactoryBean extends AbstractFactoryBean<EventRecorder> {
  private static final Logger LOG = LoggerFactory.getLogger(RecorderFactoryBean.class);

  private final EventRecorderBuilder builder;
  private final ClosingTime closing;

  RecorderFactoryBean(EventRecorderBuilder builder, ClosingTime closing) {
    this.builder = builder;
    this.closing = closing;
  }

  @Override
  public Class<EventRecorder> getObjectType() {
    return EventRecorder.class;
  }

  @Override
  protected EventRecorder createInstance() {
    try {
      return builder.build();
    } catch (RuntimeException e) {
      throw new RecorderStartException(e);
    }
  }

  @Override
  protected void destroyInstance(@Nullable EventRecorder recorder) {
    if (recorder == null || recorder.close(closing.left())) {
      return;
    }
    long left = recorder.counts().lag();
    if (left > 0) {
      LOG.warn(
          "Kafka did not take {} events in time; those of a journal with a directory"
              + " ('tidings.recorder.journal.directory') wait for the next start",
          left);
    }
  }
}
