package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether the brokers are there, and every partition has its leader and its replicas. */
record BrokersCheck(Connection connection, Admin admin) implements Check {

  @Override
  public String name() {
    return "brokers";
  }

  @Override
  public List<Finding> run() {
    AdminAnswers answers = new AdminAnswers(connection);
    DescribeClusterResult cluster = admin.describeCluster();
    int brokers = answers.get(cluster.nodes()).size();
    List<Finding> findings = new ArrayList<>();
    Node controller = answers.get(cluster.controller());
    if (controller == null || controller.isEmpty()) {
      findings.add(
          Finding.failure(
              name(), "the cluster has no controller", "start the controllers; see their logs"));
    }
    for (String topic : connection.topics().all()) {
      try {
        check(answers.get(admin.describeTopics(List.of(topic)).topicNameValues(), topic), findings);
      } catch (UnknownTopicOrPartitionException e) {
        // That is for the check of the topics to say.
        continue;
      }
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              name(),
              "%d at %s, all partitions have their leaders and replicas"
                  .formatted(brokers, connection.bootstrapServers())));
    }
    return findings;
  }

  private void check(TopicDescription topic, List<Finding> findings) {
    long leaderless =
        topic.partitions().stream()
            .filter(one -> one.leader() == null || one.leader().isEmpty())
            .count();
    if (leaderless > 0) {
      findings.add(
          Finding.failure(
              name(),
              "%d partitions of %s have no leader".formatted(leaderless, topic.name()),
              "start the brokers that hold them"));
    }
    long behind = topic.partitions().stream().filter(BrokersCheck::isBehind).count();
    if (behind > 0) {
      findings.add(
          Finding.warning(
              name(),
              "%d partitions of %s lack replicas in sync".formatted(behind, topic.name()),
              "start the missing brokers, or see why they cannot keep up"));
    }
  }

  private static boolean isBehind(TopicPartitionInfo partition) {
    return partition.isr().size() < partition.replicas().size();
  }
}
