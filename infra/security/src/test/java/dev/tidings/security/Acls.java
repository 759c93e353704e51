package dev.tidings.security;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The list of what each role may do, as {@code acls.yaml} has it. */
record Acls(Map<String, Role> roles) {
  private static final Path FILE = Path.of("acls.yaml");

  record Role(String description, List<Allowed> allow) {
    /** Whether one of the entries says so, by itself or by what it includes. */
    boolean allows(ResourceType type, String name, AclOperation operation) {
      return allow.stream()
          .anyMatch(
              entry ->
                  entry.covers(type, name)
                      && entry.operations.stream().anyMatch(given -> includes(given, operation)));
    }

    /** As Kafka's own authorizer has it. */
    private static boolean includes(AclOperation given, AclOperation asked) {
      return given == asked
          || switch (asked) {
            case DESCRIBE ->
                List.of(
                        AclOperation.READ,
                        AclOperation.WRITE,
                        AclOperation.DELETE,
                        AclOperation.ALTER)
                    .contains(given);
            case DESCRIBE_CONFIGS -> given == AclOperation.ALTER_CONFIGS;
            default -> false;
          };
    }
  }

  /**
   * @param name of one resource, or null
   * @param prefix of the names of several, or null
   */
  record Allowed(
      String resource,
      @JsonProperty String name,
      @JsonProperty String prefix,
      List<AclOperation> operations) {
    ResourceType type() {
      return switch (resource) {
        case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
        default -> ResourceType.valueOf(resource.toUpperCase(Locale.ROOT));
      };
    }

    boolean covers(ResourceType type, String resourceName) {
      return type() == type
          && (name != null ? name.equals(resourceName) : resourceName.startsWith(prefix));
    }

    private ResourcePattern pattern() {
      return name != null
          ? new ResourcePattern(type(), name, PatternType.LITERAL)
          : new ResourcePattern(type(), prefix, PatternType.PREFIXED);
    }
  }

  static Acls read() throws IOException {
    return new ObjectMapper(new YAMLFactory())
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .readValue(FILE.toFile(), Acls.class);
  }

  Role role(String name) {
    Role role = roles.get(name);
    if (role == null) {
      throw new IllegalArgumentException("No role " + name);
    }
    return role;
  }

  /** What to tell a broker so that a user has a role. */
  Stream<AclBinding> bindings(String role, String user) {
    return role(role).allow.stream()
        .flatMap(
            entry ->
                entry.operations.stream()
                    .map(
                        operation ->
                            new AclBinding(
                                entry.pattern(),
                                new AccessControlEntry(
                                    "User:" + user, "*", operation, AclPermissionType.ALLOW))));
  }
}
