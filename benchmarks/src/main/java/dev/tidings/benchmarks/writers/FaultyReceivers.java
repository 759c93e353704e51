package dev.tidings.benchmarks.writers;

import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.receivers.Certificates;
import dev.tidings.infra.receivers.FaultyLink;
import dev.tidings.infra.receivers.HttpReceiver;
import dev.tidings.infra.receivers.Postgres;
import dev.tidings.infra.receivers.SyslogServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All receivers, and what can happen to them:
 *
 * <pre>
 *  store        ── link ── PostgreSQL, killed
 *  webhook      ── link ── HTTP server, stopped, slow, closes without an answer
 *  lines        ── a file
 *  syslog       ── rsyslog by TCP, killed         what a proxy in between confirms is not what
 *  syslog-tls   ── the same by TLS, killed        the server has read: no link to these
 *  syslog-link  ── link ── another rsyslog by TLS, never killed
 * </pre>
 *
 * One thread.
 */
final class FaultyReceivers implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("00000000-0000-7000-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final int LONGEST_PART_BYTES = 60_000;
  private static final int MOST_UNANSWERED = 3;

  private final Postgres postgres;
  private final Path lines;
  private final Set<String> posted = ConcurrentHashMap.newKeySet();
  private final AtomicLong postedTotal = new AtomicLong();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final List<FaultyLink> links = new ArrayList<>();

  /** In the same order each time, so that a seed says what happens. */
  private final Map<String, Map<String, String>> sinks = new TreeMap<>();

  private @Nullable SyslogServer killed;
  private @Nullable SyslogServer linked;
  private HttpReceiver http;
  private volatile int answerMillis;

  /**
   * What arrived somewhere.
   *
   * @param ids of all events
   * @param total with those that came again
   */
  record Arrived(Set<String> ids, long total) {}

  FaultyReceivers(DataDirectory directory) throws Exception {
    postgres = Postgres.start(directory.subdirectory("postgres"));
    http = listen(0);
    lines = directory.subdirectory("lines").resolve("events.jsonl");
    sink(
        "store",
        "store.Store",
        Map.of(
            "store.url",
            "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres"
                .formatted(link(postgres.port()))));
    sink(
        "webhook",
        "webhook.Webhook",
        Map.of("webhook.url", "http://127.0.0.1:%d/".formatted(link(http.port()))));
    sink("lines", "lines.Lines", Map.of("file", lines.toString()));
    if (SyslogServer.isInstalled(SyslogServer.Kind.RSYSLOG)) {
      addSyslog(directory.subdirectory("syslog"));
    }
  }

  private void addSyslog(Path directory) throws Exception {
    Certificates certificates = Certificates.in(directory.resolve("certificates"));
    SyslogServer first =
        SyslogServer.start(SyslogServer.Kind.RSYSLOG, directory.resolve("first"), certificates);
    killed = first;
    SyslogServer second =
        SyslogServer.start(SyslogServer.Kind.RSYSLOG, directory.resolve("second"), certificates);
    linked = second;
    sink("syslog", "syslog.Syslog", Map.of("syslog.targets", first.target("tcp")));
    // Their messages are in one file: told apart by this.
    sink("syslog-tls", "syslog.Syslog", tls(first.target("tls"), certificates, "32474"));
    String through = "tls://127.0.0.1:%d".formatted(link(second.port("tls")));
    sink("syslog-link", "syslog.Syslog", tls(through, certificates, "32473"));
  }

  private static Map<String, String> tls(String target, Certificates certificates, String number)
      throws IOException {
    return Map.of(
        "syslog.targets",
        target,
        "syslog.enterprise.id",
        number,
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        certificates.authority().toString(),
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        certificates.clientKeyStore().toString());
  }

  private int link(int port) {
    FaultyLink link = FaultyLink.to(port);
    links.add(link);
    return link.port();
  }

  private void sink(String name, String type, Map<String, String> target) {
    Map<String, String> settings = new HashMap<>(target);
    settings.put("connector.class", "dev.tidings.writers.%sSinkConnector".formatted(type));
    settings.put("tasks.max", "2");
    settings.put("confirm.interval.ms", "1000");
    settings.put("retry.backoff.ms", "50");
    settings.put("retry.backoff.max.ms", "1000");
    sinks.put(name, settings);
  }

  /** The settings of our sinks, by their names. */
  Map<String, Map<String, String>> sinks() {
    return Collections.unmodifiableMap(sinks);
  }

  private HttpReceiver listen(int port) throws IOException {
    HttpReceiver server = HttpReceiver.start(port);
    server.behave(this::answer);
    return server;
  }

  private HttpReceiver.Answer answer(HttpReceiver.Request request) {
    try {
      TimeUnit.MILLISECONDS.sleep(answerMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (unanswered.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return HttpReceiver.Answer.of(0);
    }
    Set<String> ids = ids(request.body());
    posted.addAll(ids);
    postedTotal.addAndGet(ids.size());
    return HttpReceiver.Answer.of(200);
  }

  /** False if it is not installed. */
  boolean killSyslog(int pauseMillis) throws InterruptedException {
    if (killed == null) {
      return false;
    }
    killed.kill();
    TimeUnit.MILLISECONDS.sleep(pauseMillis);
    killed.restart();
    return true;
  }

  void killPostgres(int pauseMillis) throws Exception {
    postgres.kill();
    TimeUnit.MILLISECONDS.sleep(pauseMillis);
    postgres.restart();
  }

  void restartHttp(int pauseMillis) throws IOException, InterruptedException {
    int port = http.port();
    http.close();
    TimeUnit.MILLISECONDS.sleep(pauseMillis);
    http = listen(port);
  }

  /** From now on, each answer takes that long. */
  void slowHttp(int millis) {
    answerMillis = millis;
  }

  void slowLinks(int millis) {
    links.forEach(link -> link.slow(millis));
  }

  void cutLinks(int pauseMillis) throws InterruptedException {
    links.forEach(FaultyLink::cutAll);
    links.forEach(link -> link.refuse(true));
    TimeUnit.MILLISECONDS.sleep(pauseMillis);
    links.forEach(link -> link.refuse(false));
  }

  void closeInTheMiddle(Random random) {
    links.forEach(link -> link.closeAfter(1 + random.nextInt(LONGEST_PART_BYTES)));
    unanswered.set(1 + random.nextInt(MOST_UNANSWERED));
  }

  /** No more faults. */
  void heal() {
    links.forEach(link -> link.refuse(false));
    links.forEach(link -> link.slow(0));
    links.forEach(link -> link.closeAfter(Long.MAX_VALUE));
    unanswered.set(0);
    answerMillis = 0;
  }

  /** What has come to a sink's receiver. */
  Arrived arrived(String sink) throws Exception {
    return switch (sink) {
      case "store" -> rows();
      case "webhook" -> new Arrived(Set.copyOf(posted), postedTotal.get());
      case "lines" -> inFile(lines, "");
      case "syslog" -> inFile(fileOf(killed), "tidings@32473");
      case "syslog-tls" -> inFile(fileOf(killed), "tidings@32474");
      default -> inFile(fileOf(linked), "tidings@32473");
    };
  }

  private static Path fileOf(@Nullable SyslogServer server) {
    if (server == null) {
      throw new IllegalStateException("rsyslog is not installed");
    }
    return server.file();
  }

  private Arrived rows() throws Exception {
    Set<String> ids = new HashSet<>();
    long total = 0;
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id FROM tidings_events")) {
      while (row.next()) {
        ids.add(row.getString(1));
        total++;
      }
    }
    return new Arrived(ids, total);
  }

  private static Arrived inFile(Path file, String mark) throws IOException {
    Set<String> ids = new HashSet<>();
    long total = 0;
    try (var texts = Files.lines(file)) {
      for (String text : (Iterable<String>) texts::iterator) {
        Matcher id = ID.matcher(text);
        if (text.contains(mark) && id.find()) {
          ids.add(id.group());
          total++;
        }
      }
    }
    return new Arrived(ids, total);
  }

  private static Set<String> ids(String text) {
    Set<String> ids = new HashSet<>();
    Matcher id = ID.matcher(text);
    while (id.find()) {
      ids.add(id.group());
    }
    return ids;
  }

  @Override
  public void close() throws IOException {
    for (FaultyLink link : links) {
      link.close();
    }
    if (killed != null) {
      killed.close();
    }
    if (linked != null) {
      linked.close();
    }
    http.close();
    postgres.close();
  }
}
