package dev.tidings.recorder.spring;

import dev.tidings.event.Event;
import dev.tidings.recorder.EventRecorder;
import org.springframework.context.ApplicationEvent;

/**
 * Tells listeners in the application that an event was recorded; Kafka need not have it yet. Only
 * with {@code tidings.recorder.publish-application-events}.
 *
 * <p>Listeners are called one event at a time, in the order of recording, by a thread of the
 * recorder. If they are too slow, events are dropped for them, with a warning.
 */
public final class RecordedApplicationEvent extends ApplicationEvent {
  private static final long serialVersionUID = 1L;

  private final Event event;

  RecordedApplicationEvent(EventRecorder source, Event event) {
    super(source);
    this.event = event;
  }

  /** What was recorded. */
  public Event getEvent() {
    return event;
  }
}
