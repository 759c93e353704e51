package dev.tidings.recorder.source;

import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;

/** The catalogue {@code files}: what happens to files. */
@EventCatalogue(name = "files", owner = "dev.tidings.source")
public enum FileEvent {
  @Description("A file has new content.")
  Written(Action.FILE_WRITTEN),
  @Description("A file is new.")
  Created(Action.FILE_CREATED),
  @Description("A file is gone.")
  Deleted(Action.FILE_DELETED),
  @Description("A file has a new name.")
  Renamed(Action.FILE_RENAMED),
  @Description("Changes of files may have been missed: read all of them anew.")
  ForcedReload(Action.FORCE_RELOAD);

  private final Action action;

  FileEvent(Action action) {
    this.action = action;
  }

  /** The action behind it. */
  public Action action() {
    return action;
  }

  /** What an event carries as its type. */
  public String type() {
    return "files." + name();
  }
}
