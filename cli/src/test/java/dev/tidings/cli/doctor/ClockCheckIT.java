package dev.tidings.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.cli.connection.Connection;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** This machine's clock is set wrong, next to a broker and a server whose clocks are right. */
@Timeout(120)
class ClockCheckIT {
  private final Topics topics = new Topics("clocks-" + UUID.randomUUID());
  private final Connection connection =
      new Connection(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()), topics);
  private HttpServer server;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    admin = connection.openAdmin();
    admin
        .createTopics(PlatformTopics.defaults(topics).withPartitions(2).all())
        .all()
        .get(30, TimeUnit.SECONDS);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", SharedKafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topics.recorded(), "now")).get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void stop() {
    admin.close();
    server.stop(0);
  }

  private List<Finding> check(Duration wrong) throws InterruptedException {
    InstantSource clock = () -> Instant.now().plus(wrong);
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new ClockCheck(connection, admin, new WebAnswers(), List.of(address), clock).run();
  }

  @Test
  void aClockThatIsRightAgreesWithAll() throws Exception {
    assertThat(check(Duration.ZERO))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.state()).isEqualTo(Finding.State.OK);
              assertThat(finding.what()).contains("agrees with 1 servers and the newest record");
            });
  }

  @Test
  void aClockThatIsBehindSeesTheOthersAhead() throws Exception {
    assertThat(check(Duration.ofHours(-1)))
        .hasSize(2)
        .allMatch(finding -> finding.state() == Finding.State.WARNING)
        .allMatch(finding -> finding.remedy().contains("NTP"))
        .anyMatch(finding -> finding.what().matches("the clock of 127.* is 3[56]\\d\\d s ahead.*"))
        .anyMatch(finding -> finding.what().matches(".*the brokers is 3[56]\\d\\d s ahead of.*"));
  }

  @Test
  void aClockThatIsAheadSeesTheOthersBehind() throws Exception {
    // A record may be old: it says nothing of a broker's clock.
    assertThat(check(Duration.ofHours(1)))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.what())
                    .matches("the clock of 127.* is 3[56]\\d\\d s behind this one"));
  }
}
