package dev.tidings.benchmarks.writers;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.receivers.Certificates;
import dev.tidings.infra.receivers.FaultyLink;
import dev.tidings.infra.receivers.HttpReceiver;
import dev.tidings.infra.receivers.Postgres;
import dev.tidings.infra.receivers.SyslogServer;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * Batches flow through a real Connect worker to all receivers at once, while receivers are killed
 * and started again, links to them cut and slowed down, and connectors restarted, at random.
 * Afterwards each receiver must have every event.
 */
public final class WritersFaults implements FaultRun {
  private static final String TOPIC = "faults.batches";
  private static final int PARTITIONS = 3;
  private static final int EVENTS_EACH_TIME = 100;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final Pattern ID = Pattern.compile("00000000-0000-7000-[0-9a-f]{4}-[0-9a-f]{12}");

  @Override
  public String name() {
    return "writers";
  }

  @Override
  public String description() {
    return "receivers killed, links cut, connectors restarted at random; nothing missing";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory directory = DataDirectory.temporary("tidings-writers-faults");
        EmbeddedStack stack =
            EmbeddedStack.start(EmbeddedStackConfig.in(directory.subdirectory("stack")));
        Receivers receivers = new Receivers(directory)) {
      createTopic(stack);
      ConnectClient connect = new ConnectClient(stack.connectUrl(), stack.registryUrl());
      Map<String, Map<String, String>> sinks = receivers.sinks();
      for (Map.Entry<String, Map<String, String>> sink : sinks.entrySet()) {
        connect.start(sink.getKey(), TOPIC, sink.getValue());
      }
      Random random = new Random(seed);
      int faults = 0;
      long sent = 0;
      try (Load load = new Load(stack.bootstrapServers(), stack.registryUrl())) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            load.send(TOPIC, partition, Load.events(sent, EVENTS_EACH_TIME));
            sent += EVENTS_EACH_TIME;
          }
          TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(150));
          if (random.nextInt(4) == 0) {
            out.println("fault: " + fault(random, receivers, connect, sinks));
            faults++;
          }
        }
        load.flush();
      }
      receivers.heal();
      out.printf("%d faults, %,d events; settling and counting%n", faults, sent);
      return check(receivers, connect, sinks.keySet(), sent, faults, out);
    }
  }

  private static String fault(
      Random random,
      Receivers receivers,
      ConnectClient connect,
      Map<String, Map<String, String>> sinks)
      throws Exception {
    int pause = random.nextInt(LONGEST_PAUSE_MILLIS);
    switch (random.nextInt(6)) {
      case 0 -> {
        SyslogServer syslog = receivers.syslog;
        if (syslog == null) {
          return "none: rsyslog is not installed";
        }
        syslog.kill();
        TimeUnit.MILLISECONDS.sleep(pause);
        syslog.restart();
        return "rsyslog killed";
      }
      case 1 -> {
        receivers.postgres.kill();
        TimeUnit.MILLISECONDS.sleep(pause);
        receivers.postgres.restart();
        return "PostgreSQL killed";
      }
      case 2 -> {
        receivers.restartHttp(pause);
        return "HTTP server stopped";
      }
      case 3 -> {
        receivers.links.forEach(link -> link.slow(random.nextInt(20)));
        return "links slow";
      }
      case 4 -> {
        receivers.links.forEach(FaultyLink::cutAll);
        receivers.links.forEach(link -> link.refuse(true));
        TimeUnit.MILLISECONDS.sleep(pause);
        receivers.links.forEach(link -> link.refuse(false));
        return "links cut, then refusing";
      }
      default -> {
        String name = List.copyOf(sinks.keySet()).get(random.nextInt(sinks.size()));
        connect.restart(name);
        return name + " connector restarted";
      }
    }
  }

  private static List<Target> check(
      Receivers receivers,
      ConnectClient connect,
      Set<String> sinks,
      long sent,
      int faults,
      PrintStream out)
      throws Exception {
    List<Target> targets = new ArrayList<>();
    targets.add(Target.atLeast("faults.writers.faults", faults, 1));
    targets.add(Target.atLeast("faults.writers.events", sent, 1));
    for (String sink : sinks) {
      long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
      Arrived arrived = receivers.arrived(sink);
      while (arrived.ids.size() < sent && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(500);
        arrived = receivers.arrived(sink);
      }
      long missing = sent - arrived.ids.size();
      out.printf(
          "%-8s %,d events, %,d of them more than once%n",
          sink, arrived.ids.size(), arrived.total - arrived.ids.size());
      if (missing > 0) {
        out.println(connect.status(sink));
      }
      targets.add(Target.atMost("faults.writers." + sink + ".missing", missing, 0));
      if (sink.equals("store")) {
        targets.add(
            Target.atMost("faults.writers.store.doubled", arrived.total - arrived.ids.size(), 0));
      }
    }
    return targets;
  }

  private static void createTopic(EmbeddedStack stack) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** What arrived somewhere. */
  private record Arrived(Set<String> ids, long total) {}

  /** All receivers; those that answer behind a link. */
  private static final class Receivers implements AutoCloseable {
    private final @Nullable SyslogServer syslog;
    private final Postgres postgres;
    private final Path lines;
    private final Set<String> posted = ConcurrentHashMap.newKeySet();
    private final AtomicLong postedTotal = new AtomicLong();
    private final List<FaultyLink> links = new ArrayList<>();
    private final Map<String, Map<String, String>> sinks = new HashMap<>();
    private HttpReceiver http;

    Receivers(DataDirectory directory) throws Exception {
      postgres = Postgres.start(directory.subdirectory("postgres"));
      http = listen(0);
      lines = directory.subdirectory("lines").resolve("events.jsonl");
      sink(
          "store",
          "store.Store",
          "store.url",
          "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(link(postgres.port())));
      sink(
          "webhook",
          "webhook.Webhook",
          "webhook.url",
          "http://127.0.0.1:%d/".formatted(link(http.port())));
      sink("lines", "lines.Lines", "file", lines.toString());
      if (SyslogServer.isInstalled(SyslogServer.Kind.RSYSLOG)) {
        Path path = directory.subdirectory("syslog");
        syslog =
            SyslogServer.start(
                SyslogServer.Kind.RSYSLOG, path, Certificates.in(path.resolve("certificates")));
        sink(
            "syslog",
            "syslog.Syslog",
            "syslog.targets",
            // Directly: what a proxy in between confirms is not what the server has read.
            syslog.target("tcp"));
      } else {
        syslog = null;
      }
    }

    private int link(int port) {
      FaultyLink link = FaultyLink.to(port);
      links.add(link);
      return link.port();
    }

    private void sink(String name, String type, String setting, String target) {
      sinks.put(
          name,
          Map.of(
              "connector.class",
              "dev.tidings.writers.%sSinkConnector".formatted(type),
              setting,
              target,
              "tasks.max",
              "2",
              "confirm.interval.ms",
              "1000",
              "retry.backoff.ms",
              "50",
              "retry.backoff.max.ms",
              "1000"));
    }

    Map<String, Map<String, String>> sinks() {
      return Map.copyOf(sinks);
    }

    private HttpReceiver listen(int port) throws IOException {
      HttpReceiver server = HttpReceiver.start(port);
      server.behave(
          request -> {
            Set<String> ids = ids(request.body());
            posted.addAll(ids);
            postedTotal.addAndGet(ids.size());
            return HttpReceiver.Answer.of(200);
          });
      return server;
    }

    void restartHttp(int pauseMillis) throws IOException, InterruptedException {
      int port = http.port();
      http.close();
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
      http = listen(port);
    }

    void heal() {
      links.forEach(link -> link.refuse(false));
      links.forEach(link -> link.slow(0));
    }

    Arrived arrived(String sink) throws Exception {
      return switch (sink) {
        case "store" -> rows();
        case "webhook" -> new Arrived(Set.copyOf(posted), postedTotal.get());
        case "lines" -> inFile(lines);
        default -> inFile(syslog == null ? lines : syslog.file());
      };
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

    private static Arrived inFile(Path file) throws IOException {
      Set<String> ids = new HashSet<>();
      long total = 0;
      try (var texts = Files.lines(file)) {
        for (String text : (Iterable<String>) texts::iterator) {
          Matcher id = ID.matcher(text);
          if (id.find()) {
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
      if (syslog != null) {
        syslog.close();
      }
      http.close();
      postgres.close();
    }
  }
}
