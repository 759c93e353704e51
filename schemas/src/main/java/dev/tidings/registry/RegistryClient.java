package dev.tidings.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.registry.RegistryException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * A schema registry over HTTP. One client keeps its connections and what it looked up; share it.
 *
 * <p>Temporary failures (no connection, 5xx, 408, 429) are tried at the next address, then again
 * after a growing wait, for at most {@link RegistryConfig#totalTimeout}; a {@code Retry-After} that
 * fits in that time is respected, one that does not ends the call. Other failures are thrown at
 * once. Redirects are not followed. Answers over 16 MiB are refused.
 *
 * <p>{@link #close} waits on JDK 21 and newer until requests under way have ended.
 */
public final class RegistryClient implements SchemaRegistry {
  /** How many ids, and how many schemas, are remembered. */
  private static final int CACHE_CAPACITY = 1_000;

  private record SubjectSchema(String subject, Schema schema) {}

  private final RegistryTransport transport;
  private final SharedLookups<SubjectSchema, Integer> registered =
      new SharedLookups<>(CACHE_CAPACITY);
  private final SharedLookups<SubjectSchema, Integer> ids = new SharedLookups<>(CACHE_CAPACITY);
  private final SharedLookups<Integer, Schema> schemas = new SharedLookups<>(CACHE_CAPACITY);

  private final UnknownIds unknownIds =
      new UnknownIds(Duration.ofSeconds(1), CACHE_CAPACITY, System::nanoTime);

  private RegistryClient(RegistryConfig config) {
    this.transport = new RegistryTransport(config);
  }

  /** Opens a client; nothing is sent before the first call. */
  public static RegistryClient create(RegistryConfig config) {
    return new RegistryClient(config);
  }

  @Override
  public int register(String subject, Schema schema) {
    return registered.get(
        new SubjectSchema(subject, schema),
        () ->
            integer(
                transport.call(
                    Call.send(
                        "POST",
                        schemaBody(schema),
                        "register %s under subject '%s'".formatted(name(schema), subject),
                        "subjects",
                        subject,
                        "versions")),
                "id"));
  }

  @Override
  public int idOf(String subject, Schema schema) {
    return ids.get(
        new SubjectSchema(subject, schema),
        () ->
            integer(
                transport.call(
                    Call.send(
                        "POST",
                        schemaBody(schema),
                        "find %s under subject '%s'".formatted(name(schema), subject),
                        "subjects",
                        subject)),
                "id"));
  }

  @Override
  public Schema byId(int id) {
    return schemas.get(
        id,
        () -> {
          unknownIds.check(id);
          String what = "schema id " + id;
          Call call = Call.get("find " + what, "schemas", "ids", Integer.toString(id));
          try {
            return schema(transport.call(call), what);
          } catch (RegistryException e) {
            if (e.kind() == Kind.NOT_FOUND) {
              unknownIds.add(id, e);
            }
            throw e;
          }
        });
  }

  @Override
  public Optional<RegisteredSchema> latest(String subject) {
    String what = "the newest schema of subject '%s'".formatted(subject);
    return unlessNotFound(Call.get("find " + what, "subjects", subject, "versions", "latest"))
        .map(
            answer ->
                new RegisteredSchema(
                    subject,
                    integer(answer, "id"),
                    integer(answer, "version"),
                    schema(answer, what)));
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    for (JsonNode subject : transport.call(Call.get("list its subjects", "subjects"))) {
      subjects.add(subject.asText());
    }
    return List.copyOf(subjects);
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    Call call =
        Call.send(
            "POST",
            schemaBody(schema),
            "compare %s with subject '%s'".formatted(name(schema), subject),
            "compatibility",
            "subjects",
            subject,
            "versions",
            "latest");
    return unlessNotFound(call)
        .map(answer -> required(answer, "is_compatible").asBoolean())
        .orElse(true);
  }

  @Override
  public void setCompatibility(String subject, Compatibility level) {
    ObjectNode body = RegistryAnswers.JSON.createObjectNode().put("compatibility", level.name());
    transport.call(
        Call.send(
            "PUT",
            body.toString(),
            "set the compatibility of subject '%s' to %s".formatted(subject, level),
            "config",
            subject));
  }

  @Override
  public void close() {
    transport.close();
  }

  private Optional<JsonNode> unlessNotFound(Call call) {
    try {
      return Optional.of(transport.call(call));
    } catch (RegistryException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String schemaBody(Schema schema) {
    // Without schemaType: it means Avro, and registries that know nothing else reject the field.
    return RegistryAnswers.JSON.createObjectNode().put("schema", schema.toString()).toString();
  }

  private static String name(Schema schema) {
    return "schema " + schema.getFullName();
  }

  private static Schema schema(JsonNode answer, String what) {
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new RegistryException(
          Kind.UNREADABLE,
          "%s is of type %s, not Avro: use a reader for it".formatted(what, type),
          null);
    }
    try {
      // What is registered is what messages were written with: names and defaults that today's
      // rules forbid must not make them unreadable.
      return new Schema.Parser(NameValidator.NO_VALIDATION)
          .setValidateDefaults(false)
          .parse(required(answer, "schema").asText());
    } catch (SchemaParseException e) {
      throw new RegistryException(
          Kind.UNREADABLE,
          "%s is no schema that Avro can read: register it anew without references (%s)"
              .formatted(what, RegistryAnswers.oneLine(e.getMessage())),
          e);
    }
  }

  private static int integer(JsonNode answer, String field) {
    JsonNode value = required(answer, field);
    if (!value.canConvertToInt()) {
      throw unexpected(field);
    }
    return value.intValue();
  }

  private static JsonNode required(JsonNode answer, String field) {
    JsonNode value = answer.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw unexpected(field);
    }
    return value;
  }

  private static RegistryException unexpected(String field) {
    return new RegistryException(
        Kind.NOT_A_REGISTRY,
        "The schema registry's answer has no usable '%s': check that %s names a registry"
            .formatted(field, RegistrySettings.URL),
        null);
  }
}
