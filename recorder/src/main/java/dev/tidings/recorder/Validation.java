package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogues;
import dev.tidings.event.Event;
import dev.tidings.event.limits.EventLimits;
import java.util.Map;

/** What may be recorded: types of the catalogues, within the limits. Immutable. */
record Validation(
    Catalogues catalogues, Map<Class<?>, String> catalogueByEnum, EventLimits limits) {

  /** The event type that an enum's constant is; one of an unknown enum is of no catalogue. */
  String typeOf(Enum<?> constant) {
    String catalogue = catalogueByEnum.get(constant.getDeclaringClass());
    return (catalogue == null ? constant.getDeclaringClass().getSimpleName() : catalogue)
        + "."
        + constant.name();
  }

  EventLimits.Verdict check(Event event) {
    return catalogues.type(event.getType()).isPresent()
        ? limits.apply(event)
        : new EventLimits.Refused(catalogues.explainUnknown(event.getType()));
  }
}
