package dev.tidings.registry;

import dev.tidings.registry.RegistryException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * A schema registry in this JVM, for tests: behaves as a server does, with ids from 1 and {@link
 * Compatibility#BACKWARD} unless set otherwise. Thread-safe. {@link #close} does nothing, as the
 * registry is not the caller's alone.
 */
public final class InMemorySchemaRegistry implements SchemaRegistry {
  private static final String SCHEME = "mock://";
  private static final ConcurrentMap<String, InMemorySchemaRegistry> NAMED =
      new ConcurrentHashMap<>();

  private final Map<Schema, Integer> ids = new HashMap<>();
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, List<Schema>> subjects = new TreeMap<>();
  private final Map<String, Compatibility> levels = new HashMap<>();

  /** A registry of the caller's own. */
  public InMemorySchemaRegistry() {}

  /** The registry of this name, which {@code mock://name} also leads to; made when asked first. */
  public static InMemorySchemaRegistry named(String name) {
    return NAMED.computeIfAbsent(name, n -> new InMemorySchemaRegistry());
  }

  /** Forgets the registry of this name; the next to ask gets an empty one. */
  public static void forget(String name) {
    NAMED.remove(name);
  }

  static Optional<String> nameIn(Map<String, ?> configs) {
    Object url = configs.get(RegistrySettings.URL);
    if (url instanceof List<?> list && list.size() == 1) {
      url = list.get(0);
    }
    return url instanceof String text && text.strip().startsWith(SCHEME) && !text.contains(",")
        ? Optional.of(text.strip().substring(SCHEME.length()))
        : Optional.empty();
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    List<Schema> versions = subjects.getOrDefault(subject, List.of());
    if (!versions.contains(schema)) {
      if (!accepts(subject, schema)) {
        throw new RegistryException(
            Kind.INCOMPATIBLE,
            "Schema %s is not %s-compatible with subject '%s': change it or the subject's level"
                .formatted(schema.getFullName(), level(subject), subject),
            null,
            409,
            409,
            null);
      }
      subjects.computeIfAbsent(subject, s -> new ArrayList<>()).add(schema);
    }
    return ids.computeIfAbsent(
        schema,
        s -> {
          schemas.add(s);
          return schemas.size();
        });
  }

  @Override
  public synchronized int idOf(String subject, Schema schema) {
    Integer id = ids.get(schema);
    if (id == null || !subjects.getOrDefault(subject, List.of()).contains(schema)) {
      throw notFound(
          40403,
          "Schema %s is not registered under subject '%s': register it first"
              .formatted(schema.getFullName(), subject));
    }
    return id;
  }

  @Override
  public synchronized Schema byId(int id) {
    if (id < 1 || id > schemas.size()) {
      throw notFound(40403, "There is no schema with id " + id);
    }
    return schemas.get(id - 1);
  }

  @Override
  public synchronized Optional<RegisteredSchema> latest(String subject) {
    List<Schema> versions = subjects.get(subject);
    if (versions == null) {
      return Optional.empty();
    }
    Schema newest = versions.get(versions.size() - 1);
    return Optional.of(
        new RegisteredSchema(subject, idOf(subject, newest), versions.size(), newest));
  }

  @Override
  public synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  @Override
  public synchronized boolean isCompatible(String subject, Schema schema) {
    return accepts(subject, schema);
  }

  @Override
  public synchronized void setCompatibility(String subject, Compatibility level) {
    levels.put(subject, level);
  }

  @Override
  public void close() {}

  private Compatibility level(String subject) {
    return levels.getOrDefault(subject, Compatibility.BACKWARD);
  }

  private boolean accepts(String subject, Schema schema) {
    List<Schema> versions = subjects.getOrDefault(subject, List.of());
    Compatibility level = level(subject);
    boolean all = level.name().endsWith("_TRANSITIVE");
    List<Schema> compared =
        all || versions.isEmpty()
            ? versions
            : versions.subList(versions.size() - 1, versions.size());
    return compared.stream()
        .allMatch(
            old ->
                switch (level) {
                  case NONE -> true;
                  case BACKWARD, BACKWARD_TRANSITIVE -> reads(schema, old);
                  case FORWARD, FORWARD_TRANSITIVE -> reads(old, schema);
                  case FULL, FULL_TRANSITIVE -> reads(schema, old) && reads(old, schema);
                });
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  private static RegistryException notFound(int errorCode, String message) {
    return new RegistryException(Kind.NOT_FOUND, message, null, 404, errorCode, null);
  }
}
