package dev.tidings.catalogue;

import dev.tidings.registry.Compatibility;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The catalogues that the schema registry knows, one subject each. Thread-safe.
 *
 * <p>All methods throw {@link dev.tidings.registry.RegistryException} when the registry does not do
 * as asked.
 */
public final class CatalogueRegistry {
  private final SchemaRegistry registry;
  private final Topics topics;

  /**
   * @param registry the caller's, who closes it
   */
  public CatalogueRegistry(SchemaRegistry registry, Topics topics) {
    this.registry = registry;
    this.topics = topics;
  }

  /** All of them. Subjects of the same name pattern that hold no enum are not catalogues. */
  public Catalogues all() {
    List<Catalogue> all = new ArrayList<>();
    for (String subject : registry.subjects()) {
      if (subject.startsWith(topics.typesSubjectPrefix())) {
        latest(subject).ifPresent(all::add);
      }
    }
    return Catalogues.of(all);
  }

  /** The one with this name. */
  public Optional<Catalogue> find(String name) {
    return latest(topics.typesSubject(name));
  }

  /**
   * Adds a catalogue, or its types to the one registered before. Types are never removed.
   *
   * @return the catalogue as it is registered now
   */
  public Catalogue publish(Catalogue catalogue) {
    String subject = topics.typesSubject(catalogue.name());
    Optional<Catalogue> registered = latest(subject);
    Catalogue union = registered.map(known -> known.plus(catalogue)).orElse(catalogue);
    if (registered.isPresent() && registered.get().types().size() == union.types().size()) {
      return registered.get();
    }
    // A newer catalogue must read the types of an older one: adding is allowed, removing is not.
    registry.setCompatibility(subject, Compatibility.BACKWARD);
    registry.register(subject, union.toAvro());
    return union;
  }

  private Optional<Catalogue> latest(String subject) {
    return registry
        .latest(subject)
        .map(registered -> registered.schema())
        .filter(schema -> schema.getType() == org.apache.avro.Schema.Type.ENUM)
        .map(Catalogue::of);
  }
}
