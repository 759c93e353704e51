package dev.tidings.dedup.rules;

import java.util.List;

/**
 * The types that are suppressed just now: what happens of them is counted and not shown. Switched
 * by one thread, read by all.
 */
public final class Maintenance {
  private volatile List<TypePattern> suppressed = List.of();

  /** Suppresses these types from now on, and no others; none ends it. */
  public void suppress(List<TypePattern> types) {
    suppressed = List.copyOf(types);
  }

  /** Whether any type is suppressed. */
  public boolean isOn() {
    return !suppressed.isEmpty();
  }

  /** Whether this type is. */
  public boolean suppresses(String type) {
    for (TypePattern pattern : suppressed) {
      if (pattern.matches(type)) {
        return true;
      }
    }
    return false;
  }
}
