package dev.tidings.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What serializers need of a schema registry.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>Thread-safe; every call blocks the caller until it has an answer or a bounded time is over.
 *   <li>A schema id never changes its meaning, so {@link #register}, {@link #idOf} and {@link
 *       #byId} are answered from memory once they succeeded. Failures are not remembered, but for
 *       an id that does not exist, and that for a second at most.
 *   <li>Every failure is a {@link RegistryException} whose message is one line that says what to
 *       do. Temporary failures were retried before they are thrown.
 *   <li>Two schemas are the same when {@link Schema#equals} says so: documentation and aliases make
 *       no difference to what is remembered.
 *   <li>After {@link #close} every call throws {@link IllegalStateException}, unless the
 *       implementation says otherwise.
 * </ol>
 */
public interface SchemaRegistry extends AutoCloseable {

  /**
   * Opens the registry that {@code schema.registry.url} names: {@code mock://name} is the {@link
   * InMemorySchemaRegistry} of that name in this JVM, anything else a {@link RegistryClient}.
   *
   * @param configs see {@link RegistryConfig#from}; settings that are not the registry's are
   *     ignored
   * @throws org.apache.kafka.common.config.ConfigException naming the setting that is wrong
   */
  static SchemaRegistry forConfig(Map<String, ?> configs) {
    return InMemorySchemaRegistry.nameIn(configs)
        .<SchemaRegistry>map(InMemorySchemaRegistry::named)
        .orElseGet(() -> RegistryClient.create(RegistryConfig.from(configs)));
  }

  /**
   * Registers a schema, or finds the one registered before: calling it again changes nothing.
   *
   * @return the schema's id
   * @throws RegistryException {@link RegistryException.Kind#INCOMPATIBLE} when the subject's
   *     compatibility level forbids the schema
   */
  int register(String subject, Schema schema) throws RegistryException;

  /**
   * The id of a schema that somebody registered before.
   *
   * @throws RegistryException {@link RegistryException.Kind#NOT_FOUND} when it is not registered
   *     under that subject
   */
  int idOf(String subject, Schema schema) throws RegistryException;

  /**
   * The schema with an id.
   *
   * @throws RegistryException {@link RegistryException.Kind#NOT_FOUND} when there is none
   */
  Schema byId(int id) throws RegistryException;

  /** The newest schema of a subject, asked anew each time; empty when there is no such subject. */
  Optional<RegisteredSchema> latest(String subject) throws RegistryException;

  /** All subjects, in the registry's order. */
  List<String> subjects() throws RegistryException;

  /**
   * Whether a schema could be registered after the subject's newest one, by the compatibility level
   * in force; true when there is no such subject.
   */
  boolean isCompatible(String subject, Schema schema) throws RegistryException;

  /** Sets which schemas a subject accepts from now on; the subject need not exist yet. */
  void setCompatibility(String subject, Compatibility level) throws RegistryException;

  /** Gives up connections and threads. Calling it again does nothing. */
  @Override
  void close();
}
