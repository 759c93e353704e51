package dev.tidings.cli.top;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import java.util.function.Function;

/** By what events are counted. Lower case, as it is written on the command line. */
enum Dimension {
  severity(event -> event.getSeverity().name()),
  type(Event::getType),
  source(event -> event.getSource().getNode() + "/" + event.getSource().getComponent()),
  node(event -> event.getSource().getNode()),
  component(event -> event.getSource().getComponent()),
  object(event -> event.getObject() == null ? "-" : RecordKey.of(event));

  private final Function<Event, String> name;

  Dimension(Function<Event, String> name) {
    this.name = name;
  }

  /** What an event is counted under. */
  String of(Event event) {
    return name.apply(event);
  }
}
