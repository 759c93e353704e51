package dev.tidings.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A role of infra/security/acls.yaml.
 *
 * @param rights what it may do with which resources
 */
record Role(String name, Map<ResourcePattern, Set<AclOperation>> rights) {

  /** All of them, by their names. */
  static Map<String, Role> all() {
    JsonNode roles = Resources.document(Resources.infra("security/acls.yaml")).path("roles");
    Map<String, Role> all = new TreeMap<>();
    roles
        .properties()
        .forEach(role -> all.put(role.getKey(), new Role(role.getKey(), rights(role.getValue()))));
    return all;
  }

  private static Map<ResourcePattern, Set<AclOperation>> rights(JsonNode role) {
    return StreamSupport.stream(role.path("allow").spliterator(), false)
        .collect(Collectors.toMap(Role::pattern, Role::operations));
  }

  private static ResourcePattern pattern(JsonNode right) {
    boolean prefixed = right.has("prefix");
    if (prefixed == right.has("name")) {
      throw new IllegalArgumentException("Either name or prefix: " + right);
    }
    return new ResourcePattern(
        type(right.path("resource").asText()),
        right.path(prefixed ? "prefix" : "name").asText(),
        prefixed ? PatternType.PREFIXED : PatternType.LITERAL);
  }

  /** By the name that the file and Strimzi have for it. */
  static ResourceType type(String name) {
    return name.equals("transactionalId")
        ? ResourceType.TRANSACTIONAL_ID
        : ResourceType.fromString(name);
  }

  private static Set<AclOperation> operations(JsonNode right) {
    Set<AclOperation> operations = new TreeSet<>();
    right
        .path("operations")
        .forEach(operation -> operations.add(AclOperation.valueOf(operation.asText())));
    return operations;
  }
}
