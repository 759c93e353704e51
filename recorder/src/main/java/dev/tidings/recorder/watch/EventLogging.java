package dev.tidings.recorder.watch;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes an event to a log: the message as it is, all else as key-value pairs. */
record EventLogging(Logger logger) implements Consumer<Event> {
  @Override
  public void accept(Event event) {
    LoggingEventBuilder line =
        logger
            .atLevel(level(event.getSeverity()))
            .addKeyValue("event.id", event.getId())
            .addKeyValue("event.type", event.getType())
            .addKeyValue("event.severity", event.getSeverity())
            .addKeyValue("event.time", event.getLastTimestamp())
            .addKeyValue("source.node", event.getSource().getNode())
            .addKeyValue("source.component", event.getSource().getComponent());
    ObjectReference object = event.getObject();
    if (object != null) {
      line =
          line.addKeyValue(
              "object", object.getKind() + "/" + object.getNamespace() + "/" + object.getName());
    }
    if (event.getCount() > 1) {
      line = line.addKeyValue("event.count", event.getCount());
    }
    // As an argument: what the message holds must not be taken for a placeholder.
    line.log("{}", event.getMessage());
  }

  private static Level level(Severity severity) {
    return switch (severity) {
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR, CRITICAL -> Level.ERROR;
    };
  }
}
