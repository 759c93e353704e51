package dev.tidings.writers.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.infra.receivers.Certificates;
import dev.tidings.infra.receivers.FaultyLink;
import dev.tidings.infra.receivers.SyslogMessage;
import dev.tidings.infra.receivers.SyslogServer;
import dev.tidings.infra.receivers.SyslogServer.Kind;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.delivery.SimulatedWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sink's task against the real servers. Skipped where they are not installed. */
@Timeout(60)
class SyslogServersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int EVENTS = 300;
  private static final long SEED = 424_242;

  @TempDir static Path shared;
  private static Certificates certificates;

  @TempDir Path directory;

  private final SimulatedWorker worker = new SimulatedWorker();
  private final Random random = new Random(SEED);
  private SyslogServer server;

  @BeforeAll
  static void makeCertificates() throws InterruptedException {
    certificates = Certificates.in(shared.resolve("certificates"));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void start(Kind kind) throws InterruptedException {
    assumeTrue(
        SyslogServer.isInstalled(kind),
        kind + " is not installed: apt-get install rsyslog rsyslog-gnutls, or syslog-ng-core");
    server = SyslogServer.start(kind, directory.resolve("server"), certificates);
  }

  @ParameterizedTest
  @CsvSource({
    "RSYSLOG,tcp",
    "RSYSLOG,tls",
    "RSYSLOG,udp",
    "SYSLOG_NG,tcp",
    "SYSLOG_NG,tls",
    "SYSLOG_NG,udp"
  })
  void whateverIsWrittenIsUnderstood(Kind kind, String scheme) throws Exception {
    start(kind);
    List<Event> events = hostileEvents(scheme.equals("udp") ? 20 : EVENTS);
    append(events);

    run(settings(scheme, server.port(scheme)));

    await().atMost(LIMIT).until(() -> server.count() >= events.size());
    assertUnderstood(events, server.received());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aLongMessageArrivesWhole(Kind kind) throws Exception {
    start(kind);
    String text = "\u00e9\ud83d\ude00x]\"\\".repeat(7_000);
    append(List.of(TestEvents.withMessage(TestEvents.withId(1, 1), text)));

    Map<String, String> settings = settings("tcp", server.port("tcp"));
    settings.put("syslog.max.message.bytes", "200000");
    run(settings);

    await().atMost(LIMIT).until(() -> server.count() >= 1);
    assertThat(server.received()).singleElement().extracting(SyslogMessage::text).isEqualTo(text);
  }

  @Test
  void killedAndStartedAgainWhileEventsFlowNothingIsMissing() throws Exception {
    start(Kind.RSYSLOG);
    List<Event> events = append(EVENTS * 5);
    SyslogSinkTask task = new SyslogSinkTask();
    worker.start(task, quick(settings("tcp", server.port("tcp"))));

    for (int step = 0; !worker.isDone(); step++) {
      if (step % 40 == 20 && step < 240) {
        server.kill();
        worker.stepInTime(task, random);
        server.restart();
      }
      worker.stepInTime(task, random);
    }
    worker.stop(task, true);

    assertAllArrived(events);
  }

  @Test
  void aLinkThatIsCutAndRefusesAndIsSlowLosesNothing() throws Exception {
    start(Kind.RSYSLOG);
    List<Event> events = append(EVENTS);
    try (FaultyLink link = FaultyLink.to(server.port("tls"))) {
      SyslogSinkTask task = new SyslogSinkTask();
      worker.start(task, quick(settings("tls", link.port())));

      for (int step = 0; !worker.isDone(); step++) {
        if (step < 100 && random.nextInt(10) == 0) {
          link.closeAfter(1 + random.nextInt(3_000));
        }
        if (step < 100 && random.nextInt(10) == 0) {
          link.slow(random.nextInt(3));
          link.refuse(random.nextInt(4) == 0);
          link.cutAll();
        } else {
          link.refuse(false);
        }
        worker.stepInTime(task, random);
      }
      worker.stop(task, true);
    }
    assertAllArrived(events);
  }

  @Test
  void theNextTargetTakesOverAndTheFirstIsUsedAgain() throws Exception {
    start(Kind.RSYSLOG);
    try (SyslogServer second =
        SyslogServer.start(Kind.RSYSLOG, directory.resolve("second"), certificates)) {
      List<Event> events = append(50);
      Map<String, String> settings = settings("tcp", server.port("tcp"));
      settings.put("syslog.targets", server.target("tcp") + "," + second.target("tcp"));
      server.kill();
      run(quick(settings));

      await().atMost(LIMIT).until(() -> second.count() >= events.size());
      assertThat(server.count()).isZero();
    }
  }

  @Test
  void aServerWithoutTheRightCertificateGetsNothing() throws Exception {
    assumeTrue(SyslogServer.isInstalled(Kind.RSYSLOG), "rsyslog is not installed");
    server =
        SyslogServer.start(
            Kind.RSYSLOG, directory.resolve("server"), certificates.forAnotherHost());
    append(3);
    SyslogSinkTask task = new SyslogSinkTask();
    worker.start(task, settings("tls", server.port("tls")));
    for (int i = 0; i < 5; i++) {
      worker.step(task, random);
      worker.commit(task);
    }
    worker.stop(task, false);

    assertThat(worker.isDone()).isFalse();
    assertThat(server.count()).isZero();
  }

  private void run(Map<String, String> settings) {
    worker.run(new SyslogSinkTask(), settings, random);
  }

  private List<Event> append(int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(TestEvents.withId(i, i + 1));
    }
    append(events);
    return events;
  }

  private void append(List<Event> events) {
    int offset = 0;
    for (int i = 0; i < events.size(); i += 3) {
      worker.append(
          TestEvents.batch(
              0,
              offset++,
              events.subList(i, Math.min(i + 3, events.size())).stream()
                  .map(event -> new BatchEntry(event, 7L))
                  .toList()));
    }
  }

  private static List<Event> hostileEvents(int count) {
    Random seeds = new Random(SEED);
    List<Event> events = new ArrayList<>();
    JqwikSession.run(
        () -> {
          var generator = TestEvents.hostileEvents(60).generator(1_000);
          for (int i = 0; i < count; i++) {
            events.add(generator.next(seeds).value());
          }
        });
    return events;
  }

  private void assertAllArrived(List<Event> events) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(server.received().stream().map(SyslogServersIT::id).distinct())
                    .as("seed %d", SEED)
                    .hasSize(events.size()));
  }

  private static String id(SyslogMessage message) {
    return message.data().get("tidings@32473").get("id");
  }

  private static void assertUnderstood(List<Event> events, List<SyslogMessage> received) {
    Map<String, SyslogMessage> byId = new HashMap<>();
    received.forEach(message -> byId.put(id(message), message));
    assertThat(received).hasSameSizeAs(events);
    for (Event event : events) {
      SyslogMessage message = byId.get(event.getId().toString());
      assertThat(message.data()).isEqualTo(SyslogFormatTest.data(event, 7));
      assertThat(message.text()).isEqualTo(SyslogFormatTest.replaced(event.getMessage()));
      assertThat(message.priority()).isEqualTo(SyslogFormatTest.priority(event));
    }
  }

  private Map<String, String> settings(String scheme, int port) {
    Map<String, String> settings = new HashMap<>();
    settings.put("syslog.targets", "%s://127.0.0.1:%d".formatted(scheme, port));
    settings.put("syslog.max.message.bytes", "60000");
    settings.put("syslog.timeout.ms", "3000");
    // The worker waits for as long before it is done.
    settings.put("confirm.interval.ms", "200");
    try {
      settings.put("ssl.truststore.type", "PEM");
      settings.put("ssl.truststore.location", certificates.authority().toString());
      settings.put("ssl.keystore.type", "PEM");
      settings.put("ssl.keystore.location", certificates.clientKeyStore().toString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return settings;
  }

  private static Map<String, String> quick(Map<String, String> settings) {
    settings.put("retry.backoff.ms", "10");
    settings.put("retry.backoff.max.ms", "100");
    return settings;
  }
}
