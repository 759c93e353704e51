package dev.tidings.recorder;

import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;

/** What a recorder itself has to tell. */
@EventCatalogue(name = "recorder", owner = "dev.tidings")
public enum RecorderEvent {
  /** See the description. */
  @Description("The spam filter withheld events about an object; the attribute 'withheld' counts.")
  EventsWithheld
}
