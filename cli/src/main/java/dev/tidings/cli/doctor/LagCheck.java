package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the de-duplication and the writers keep up: how far behind each group is that reads the
 * platform's topics, and whether it comes nearer.
 */
record LagCheck(Connection connection, Admin admin, Duration observation) implements Check {
  private static final int MANY = 100_000;

  private record Lag(long records, Map<TopicPartition, Long> committed) {}

  @Override
  public String name() {
    return "lag";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    AdminAnswers answers = new AdminAnswers(connection);
    List<Finding> findings = new ArrayList<>();
    Map<String, Lag> before = lags(answers);
    findings.addAll(checkDedup(answers));
    if (before.values().stream().anyMatch(lag -> lag.records() > 0)) {
      // Whoever is behind must be seen to move. Nobody counts it down: this is the wait itself.
      new CountDownLatch(1).await(observation.toMillis(), TimeUnit.MILLISECONDS);
    }
    Map<String, Lag> after = lags(answers);
    after.forEach((group, lag) -> finding(group, before.getOrDefault(group, lag), lag, findings));
    if (findings.isEmpty()) {
      findings.add(Finding.ok(name(), "all groups keep up: " + String.join(", ", after.keySet())));
    }
    return findings;
  }

  private List<Finding> checkDedup(AdminAnswers answers) {
    String group = connection.topics().dedupApplicationId();
    String remedy = "start the de-duplication ('tidings up', or its deployment)";
    try {
      ConsumerGroupDescription found =
          answers.get(admin.describeConsumerGroups(List.of(group)).describedGroups(), group);
      return found.groupState() == GroupState.STABLE
          ? List.of()
          : List.of(
              Finding.failure(
                  name(),
                  "the de-duplication (group %s) is %s, with %d members"
                      .formatted(group, found.groupState(), found.members().size()),
                  found.members().isEmpty() ? remedy : "wait a minute, and see its log"));
    } catch (GroupIdNotFoundException e) {
      return List.of(
          Finding.failure(
              name(), "the de-duplication never ran (group %s)".formatted(group), remedy));
    }
  }

  /** By group, all that read the platform's topics. */
  private Map<String, Lag> lags(AdminAnswers answers) {
    List<String> topics = connection.topics().all();
    Map<String, ListConsumerGroupOffsetsSpec> all = new HashMap<>();
    for (GroupListing listing : answers.get(admin.listGroups().all())) {
      if (listing.isSimpleConsumerGroup()
          || listing.protocol().equals("consumer")
          || listing.protocol().isEmpty()) {
        all.put(listing.groupId(), new ListConsumerGroupOffsetsSpec());
      }
    }
    all.put(connection.topics().dedupApplicationId(), new ListConsumerGroupOffsetsSpec());
    // A bookmark, at which nobody reads on unless told to.
    all.remove(connection.topics().rejectedRetryGroup());
    Map<String, Lag> lags = new TreeMap<>();
    answers
        .get(admin.listConsumerGroupOffsets(all).all())
        .forEach(
            (group, offsets) -> {
              Map<TopicPartition, Long> committed = new HashMap<>();
              offsets.forEach((partition, offset) -> put(committed, topics, partition, offset));
              if (!committed.isEmpty()) {
                lags.put(group, new Lag(behind(answers, committed), committed));
              }
            });
    return lags;
  }

  private static void put(
      Map<TopicPartition, Long> committed,
      List<String> topics,
      TopicPartition partition,
      @Nullable OffsetAndMetadata offset) {
    if (offset != null && topics.contains(partition.topic())) {
      committed.put(partition, offset.offset());
    }
  }

  private long behind(AdminAnswers answers, Map<TopicPartition, Long> committed) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    committed.keySet().forEach(partition -> question.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        answers.get(admin.listOffsets(question).all());
    long behind = 0;
    for (Map.Entry<TopicPartition, Long> one : committed.entrySet()) {
      ListOffsetsResultInfo end = ends.get(one.getKey());
      long lag = end == null ? 0 : end.offset() - one.getValue();
      // One may be the mark of a transaction, which nobody reads.
      behind += lag > 1 ? lag : 0;
    }
    return behind;
  }

  private void finding(String group, Lag before, Lag after, List<Finding> findings) {
    if (after.records() == 0) {
      return;
    }
    boolean moves = !after.committed().equals(before.committed());
    if (!moves && before.records() > 0) {
      findings.add(
          Finding.failure(
              name(),
              "%s is %,d records behind and did not move for %d s"
                  .formatted(group, after.records(), observation.toSeconds()),
              "see whether it runs, and its log"));
    } else if (after.records() > MANY && after.records() >= before.records()) {
      findings.add(
          Finding.warning(
              name(),
              "%s is %,d records behind and does not catch up".formatted(group, after.records()),
              "give it more instances, up to one for each partition"));
    }
  }
}
