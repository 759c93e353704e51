package dev.tidings.infra.stack;

import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;

/** The catalogue that an embedded stack starts with, to try things. */
@EventCatalogue(name = "demo", owner = "dev.tidings.demo")
public enum DemoEvent {
  @Description("A program started.")
  Started,
  @Description("A program stopped.")
  Stopped,
  @Description("A cluster elected a leader.")
  LeaderElected,
  @Description("A disk failed.")
  DiskFailed,
  @Description("A container died.")
  ContainerDied,
  @Description("A configuration changed.")
  ConfigurationChanged
}
