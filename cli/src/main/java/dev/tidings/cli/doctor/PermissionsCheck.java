package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What this user may do with the topics. */
record PermissionsCheck(Connection connection, Admin admin) implements Check {

  @Override
  public String name() {
    return "permissions";
  }

  @Override
  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    need(connection.topics().recorded(), AclOperation.WRITE, "record events", findings);
    need(connection.topics().recorded(), AclOperation.READ, "replay and describe", findings);
    need(connection.topics().events(), AclOperation.READ, "get, watch and diff", findings);
    need(connection.topics().batches(), AclOperation.READ, "describe, stats and top", findings);
    need(connection.topics().rejected(), AclOperation.READ, "see what was rejected", findings);
    if (findings.isEmpty()) {
      findings.add(Finding.ok(name(), "this user may record, and read all topics"));
    }
    return findings;
  }

  private void need(String topic, AclOperation operation, String purpose, List<Finding> findings) {
    if (!isAllowed(topic, operation)) {
      findings.add(
          Finding.warning(
              name(),
              "this user may not %s %s, so it cannot %s".formatted(operation, topic, purpose),
              "if it should, allow it: kafka-acls --add --allow-principal User:… --operation %s"
                      .formatted(operation)
                  + " --topic "
                  + topic));
    }
  }

  private boolean isAllowed(String topic, AclOperation operation) {
    try {
      TopicDescription description =
          new AdminAnswers(connection)
              .get(
                  admin
                      .describeTopics(
                          List.of(topic),
                          new DescribeTopicsOptions().includeAuthorizedOperations(true))
                      .topicNameValues(),
                  topic);
      Set<AclOperation> allowed = description.authorizedOperations();
      return allowed == null || allowed.contains(operation) || allowed.contains(AclOperation.ALL);
    } catch (UnknownTopicOrPartitionException e) {
      // Whether it is there is for another check to say.
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }
}
