package dev.tidings.catalogue;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The catalogues that a recorder validates against. Immutable. */
public final class Catalogues {
  private final SortedMap<String, Catalogue> byName;

  private Catalogues(SortedMap<String, Catalogue> byName) {
    this.byName = byName;
  }

  /** These catalogues; those of the same name become one with the types of both. */
  public static Catalogues of(Catalogue... catalogues) {
    return of(Arrays.asList(catalogues));
  }

  /** These catalogues; those of the same name become one with the types of both. */
  public static Catalogues of(Collection<Catalogue> catalogues) {
    SortedMap<String, Catalogue> byName = new TreeMap<>();
    catalogues.forEach(one -> byName.merge(one.name(), one, Catalogue::plus));
    return new Catalogues(Collections.unmodifiableSortedMap(byName));
  }

  /** All of them, by name. */
  public Collection<Catalogue> all() {
    return byName.values();
  }

  /** These and those. */
  public Catalogues plus(Collection<Catalogue> others) {
    SortedMap<String, Catalogue> all = new TreeMap<>(byName);
    others.forEach(one -> all.merge(one.name(), one, Catalogue::plus));
    return new Catalogues(Collections.unmodifiableSortedMap(all));
  }

  /** The type with this {@link EventType#qualifiedName}. */
  public Optional<EventType> type(String qualifiedName) {
    int dot = qualifiedName.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(byName.get(qualifiedName.substring(0, dot)))
        .flatMap(catalogue -> catalogue.type(qualifiedName.substring(dot + 1)));
  }

  /** One line that says why a type is not accepted and what would be. */
  public String explainUnknown(String type) {
    int dot = type.indexOf('.');
    if (dot < 0) {
      return "event type '%s' must be <catalogue>.<Name>".formatted(type);
    }
    Catalogue catalogue = byName.get(type.substring(0, dot));
    if (catalogue == null) {
      return byName.isEmpty()
          ? "unknown event type '%s': no catalogue is known".formatted(type)
          : "unknown event type '%s': known catalogues are %s"
              .formatted(type, String.join(", ", byName.keySet()));
    }
    return "unknown event type '%s': catalogue %s has no such type"
        .formatted(type, catalogue.name());
  }
}
