package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.AdminAnswers;
import dev.tidings.cli.connection.Connection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the clocks agree: this one with those of the registry and of Connect, by the date of
 * their answers, and with the brokers', by the newest record, which cannot be of the future.
 */
record ClockCheck(
    Connection connection, Admin admin, WebAnswers web, List<URI> servers, InstantSource clock)
    implements Check {
  // The date of an answer is in whole seconds.
  private static final Duration TOLERATED = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "clocks";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    int compared = 0;
    for (URI server : servers) {
      Optional<Duration> ahead = ahead(server);
      if (ahead.isPresent()) {
        compared++;
        judge(server.getHost() + ":" + server.getPort(), ahead.get(), findings);
      }
    }
    Optional<Instant> newest = newestRecord();
    newest.ifPresent(
        time -> {
          Duration ahead = Duration.between(clock.instant(), time);
          if (ahead.compareTo(TOLERATED) > 0) {
            judge("the brokers", ahead, findings);
          }
        });
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              name(),
              "this one agrees with %d servers%s"
                  .formatted(compared, newest.isPresent() ? " and the newest record" : "")));
    }
    return findings;
  }

  private void judge(String whose, Duration ahead, List<Finding> findings) {
    if (ahead.abs().compareTo(TOLERATED) > 0) {
      findings.add(
          Finding.warning(
              name(),
              "the clock of %s is %d s %s this one"
                  .formatted(
                      whose, ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of"),
              "synchronize both (NTP): de-duplication goes by the times of the recorders"));
    }
  }

  /** Empty if it does not say. */
  private Optional<Duration> ahead(URI server) throws InterruptedException {
    try {
      Instant asked = clock.instant();
      Optional<String> date = web.ask(server).headers().firstValue("Date");
      Instant answered = clock.instant();
      if (date.isEmpty()) {
        return Optional.empty();
      }
      Instant theirs =
          ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      // Between asking and answering, and within its second, it can be any time.
      if (theirs.isBefore(asked.minusSeconds(1))) {
        return Optional.of(Duration.between(asked, theirs));
      }
      return Optional.of(
          theirs.isAfter(answered) ? Duration.between(answered, theirs) : Duration.ZERO);
    } catch (IOException | java.time.DateTimeException e) {
      // Whether it answers at all is for another check to say.
      return Optional.empty();
    }
  }

  private Optional<Instant> newestRecord() {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    new AdminAnswers(connection)
        .get(admin.describeTopics(List.of(connection.topics().recorded())).allTopicNames())
        .values()
        .forEach(
            topic ->
                topic
                    .partitions()
                    .forEach(
                        one ->
                            question.put(
                                new TopicPartition(topic.name(), one.partition()),
                                OffsetSpec.maxTimestamp())));
    return new AdminAnswers(connection)
        .get(admin.listOffsets(question).all()).values().stream()
            .map(ListOffsetsResultInfo::timestamp)
            .filter(millis -> millis >= 0)
            .max(Long::compare)
            .map(Instant::ofEpochMilli);
  }
}
