package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.wire.Topics;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclResourcePatternType;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleClusterResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTransactionalIdResource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.Test;

class RolesTest {
  private static final Set<AclOperation> CHANGES =
      Set.of(
          AclOperation.WRITE,
          AclOperation.CREATE,
          AclOperation.DELETE,
          AclOperation.ALTER,
          AclOperation.ALTER_CONFIGS);

  private final Map<String, Role> roles = Role.all();

  @Test
  void strimzisUsersHaveTheRolesRights() {
    Map<String, Map<ResourcePattern, Set<AclOperation>>> users = new TreeMap<>();
    for (KafkaUser user :
        Resources.inFile(Resources.infra("strimzi/users.yaml"), KafkaUser.class)) {
      users.put(user.getMetadata().getName().replaceFirst("^tidings-", ""), rights(user));
    }
    Map<String, Map<ResourcePattern, Set<AclOperation>>> wanted = new TreeMap<>();
    roles.forEach((name, role) -> wanted.put(name, role.rights()));

    assertThat(users).isEqualTo(wanted);
  }

  @Test
  void theNamesAreThoseOfTheDefaultPrefix() {
    Topics topics = Topics.DEFAULT;
    Set<String> spelled =
        roles.values().stream()
            .flatMap(role -> role.rights().keySet().stream())
            .filter(pattern -> pattern.patternType() == PatternType.LITERAL)
            .map(ResourcePattern::name)
            .collect(Collectors.toCollection(HashSet::new));
    spelled.removeAll(Set.of("tidings.writers.dead", "tidings-connect", Resource.CLUSTER_NAME));

    assertThat(spelled)
        .containsExactlyInAnyOrder(
            topics.recorded(),
            topics.events(),
            topics.batches(),
            topics.rejected(),
            topics.dedupApplicationId(),
            topics.rejectedRetryGroup());
  }

  @Test
  void nobodyMayDoEverythingAndReadersChangeNothing() {
    assertThat(roles.values())
        .allSatisfy(
            role ->
                assertThat(role.rights().values())
                    .allSatisfy(
                        operations ->
                            assertThat(operations).isNotEmpty().doesNotContain(AclOperation.ALL)));
    for (String reader : new String[] {"reader", "informer"}) {
      assertThat(roles.get(reader).rights().values())
          .allSatisfy(operations -> assertThat(operations).doesNotContainAnyElementsOf(CHANGES));
    }
  }

  private static Map<ResourcePattern, Set<AclOperation>> rights(KafkaUser user) {
    return ((KafkaUserAuthorizationSimple) user.getSpec().getAuthorization())
        .getAcls().stream()
            .collect(Collectors.toMap(rule -> pattern(rule.getResource()), RolesTest::operations));
  }

  private static ResourcePattern pattern(AclRuleResource resource) {
    if (resource instanceof AclRuleTopicResource topic) {
      return pattern(resource, topic.getName(), topic.getPatternType());
    } else if (resource instanceof AclRuleGroupResource group) {
      return pattern(resource, group.getName(), group.getPatternType());
    } else if (resource instanceof AclRuleTransactionalIdResource id) {
      return pattern(resource, id.getName(), id.getPatternType());
    } else if (resource instanceof AclRuleClusterResource) {
      return pattern(resource, Resource.CLUSTER_NAME, AclResourcePatternType.LITERAL);
    }
    throw new IllegalArgumentException(resource.toString());
  }

  private static ResourcePattern pattern(
      AclRuleResource resource, String name, AclResourcePatternType type) {
    return new ResourcePattern(
        Role.type(resource.getType()),
        name,
        type == AclResourcePatternType.PREFIX ? PatternType.PREFIXED : PatternType.LITERAL);
  }

  private static Set<AclOperation> operations(AclRule rule) {
    return rule.getOperations().stream()
        .map(operation -> AclOperation.fromString(upper(operation.toValue())))
        .collect(Collectors.toSet());
  }

  /** {@code DescribeConfigs} → {@code DESCRIBE_CONFIGS}. */
  private static String upper(String operation) {
    return operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_");
  }
}
