package dev.tidings.recorder.spring;

import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;

@EventCatalogue(name = "weather", owner = "com.example")
enum Weather {
  @Description("It began to rain.")
  Rain,
  @Description("It began to snow.")
  Snow
}
