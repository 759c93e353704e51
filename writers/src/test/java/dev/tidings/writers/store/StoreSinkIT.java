package dev.tidings.writers.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.infra.receivers.FaultyLink;
import dev.tidings.infra.receivers.Postgres;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.delivery.SimulatedWorker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.sessions.JqwikSession;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink's task against a real PostgreSQL. */
@Timeout(120)
class StoreSinkIT {
  private static final long SEED = 5_432;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Postgres postgres;

  private final SimulatedWorker worker = new SimulatedWorker();
  private final Random random = new Random(SEED);

  @BeforeAll
  static void start() {
    postgres = Postgres.start(directory);
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    execute(
        "DROP TABLE IF EXISTS tidings_events, tidings_migrations; DROP TYPE IF EXISTS"
            + " tidings_severity");
  }

  @Test
  void whateverIsWrittenIsThereFieldByField() throws Exception {
    List<Event> events = hostileEvents(500);
    append(events);

    run(settings());

    Map<UUID, Event> rows = rows();
    assertThat(rows).hasSize(events.size());
    events.forEach(event -> assertThat(rows.get(event.getId())).isEqualTo(withoutNul(event)));
  }

  @Test
  void theNewestStateStaysAndDeletedEventsGoOnlyIfAsked() throws Exception {
    worker.append(TestEvents.record(TestEvents.withId(1, 5), 0));
    worker.append(TestEvents.record(TestEvents.withId(1, 9), 1));
    worker.append(TestEvents.record(TestEvents.withId(1, 7), 2));
    worker.append(TestEvents.record(TestEvents.withId(2, 1), 3));
    worker.append(TestEvents.deleted(new UUID(0, 2), 4));
    worker.append(TestEvents.record(TestEvents.withId(3, 1), 5));
    run(settings());
    assertThat(rows().get(new UUID(0, 1)).getCount()).isEqualTo(9);
    assertThat(rows()).hasSize(3);

    Map<String, String> settings = settings();
    settings.put("store.delete.enabled", "true");
    worker.append(TestEvents.deleted(new UUID(0, 3), 6));
    run(settings);

    assertThat(rows()).containsOnlyKeys(new UUID(0, 1), new UUID(0, 2));
  }

  @Test
  void killedAndStartedAgainEveryRowIsThereOnceInItsNewestState() throws Exception {
    Map<UUID, Long> newest = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      long id = random.nextInt(700);
      long count = newest.merge(new UUID(0, id), 1L, Long::sum);
      worker.append(TestEvents.record(TestEvents.withId(id, count), i));
    }
    StoreSinkTask task = new StoreSinkTask();
    worker.start(task, settings());
    for (int step = 0; !worker.isDone(); step++) {
      if (step % 150 == 75 && step < 600) {
        postgres.kill();
        worker.stepInTime(task, random);
        postgres.restart();
      }
      worker.stepInTime(task, random);
    }
    worker.stop(task, true);

    Map<UUID, Long> counts = new HashMap<>();
    rows().forEach((id, event) -> counts.put(id, event.getCount()));
    assertThat(counts).isEqualTo(newest);
  }

  @Test
  void aLinkThatIsCutAnywhereLosesAndDoublesNothing() throws Exception {
    append(numbered(2_000));
    try (FaultyLink link = FaultyLink.to(postgres.port())) {
      StoreSinkTask task = new StoreSinkTask();
      Map<String, String> settings = settings();
      settings.put("store.url", "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(link.port()));
      worker.start(task, settings);
      for (int step = 0; !worker.isDone(); step++) {
        if (step < 300 && random.nextInt(20) == 0) {
          link.cutAll();
        }
        if (step < 300 && random.nextInt(20) == 0) {
          link.closeAfter(1 + random.nextInt(3_000));
        }
        worker.stepInTime(task, random);
      }
      worker.stop(task, true);
    }
    assertThat(rows()).hasSize(2_000);
  }

  @Test
  void tasksThatStartTogetherMigrateOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (Connection connection = postgres.connect()) {
                  Migrations.apply(connection);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM tidings_migrations")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void theUsualQuestionsUseAnIndex() throws Exception {
    append(hostileEvents(300));
    run(settings());
    for (String question :
        List.of(
            "object_name = 'sda' ORDER BY last_time DESC",
            "object_kind = 'Disk' AND object_namespace = 'n' ORDER BY last_time DESC",
            "type = 'demo.DiskFailed' ORDER BY last_time DESC",
            "severity = 'CRITICAL' ORDER BY last_time DESC",
            "last_time > now() - interval '1 hour'",
            "search @@ plainto_tsquery('simple', 'answer')")) {
      assertThat(plan(question)).as(question).contains("tidings_events_by_");
    }
  }

  @Test
  void withoutTablesAndRightsTheTaskSaysSo() throws Exception {
    append(numbered(1));
    Map<String, String> settings = settings();
    settings.put("store.migrate", "false");
    StoreSinkTask task = new StoreSinkTask();
    worker.start(task, settings);

    assertThatThrownBy(
            () -> {
              while (!worker.isDone()) {
                worker.step(task, random);
              }
            })
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("tidings_events");
    worker.stop(task, false);
  }

  @Test
  void aWrongDatabaseIsFoundByValidation() {
    assertThat(errors(postgres.url())).isEmpty();
    assertThat(errors(postgres.url().replace("/postgres?", "/nowhere?")))
        .singleElement()
        .asString()
        .contains("nowhere");
    assertThat(errors("jdbc:mysql://127.0.0.1/x?password=secret"))
        .singleElement()
        .asString()
        .doesNotContain("secret")
        .contains("jdbc:postgresql:");
    // Nobody there: that passes.
    assertThat(errors("jdbc:postgresql://127.0.0.1:1/postgres")).isEmpty();
  }

  private static List<String> errors(String url) {
    return new StoreSinkConnector()
        .validate(Map.of("store.url", url)).configValues().stream()
            .flatMap(value -> value.errorMessages().stream())
            .toList();
  }

  private String plan(String where) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET enable_seqscan = off; SET enable_sort = off; ANALYZE tidings_events");
      try (ResultSet rows =
          statement.executeQuery("EXPLAIN SELECT * FROM tidings_events WHERE " + where)) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
    }
    return plan.toString();
  }

  private void run(Map<String, String> settings) {
    worker.run(new StoreSinkTask(), settings, random);
    assertThat(worker.errant()).isEmpty();
  }

  private void append(List<Event> events) {
    for (int i = 0; i < events.size(); i++) {
      worker.append(TestEvents.record(events.get(i), i));
    }
  }

  private static List<Event> numbered(int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(TestEvents.withId(i, 1));
    }
    return events;
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

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("store.url", postgres.url().replaceAll("\\?.*", ""));
    settings.put("store.user", "postgres");
    settings.put("retry.backoff.ms", "10");
    settings.put("retry.backoff.max.ms", "200");
    return settings;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Map<UUID, Event> rows() throws Exception {
    Map<UUID, Event> events = new HashMap<>();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM tidings_events")) {
      while (row.next()) {
        Map<String, String> attributes = new HashMap<>();
        JSON.readTree(row.getString("attributes"))
            .properties()
            .forEach(one -> attributes.put(one.getKey(), one.getValue().textValue()));
        String kind = row.getString("object_kind");
        UUID id = row.getObject("id", UUID.class);
        events.put(
            id,
            new Event(
                id,
                row.getString("type"),
                Severity.valueOf(row.getString("severity")),
                new Source(row.getString("node"), row.getString("component")),
                kind == null
                    ? null
                    : new ObjectReference(
                        kind,
                        row.getString("object_namespace"),
                        row.getString("object_name"),
                        row.getString("object_uid")),
                row.getString("message"),
                attributes,
                time(row, "first_time"),
                time(row, "last_time"),
                row.getLong("count")));
      }
    }
    return events;
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** PostgreSQL has no NUL: the documented replacement. */
  private static Event withoutNul(Event event) {
    ObjectReference object = event.getObject();
    Map<String, String> attributes = new HashMap<>();
    event.getAttributes().forEach((name, value) -> attributes.put(text(name), text(value)));
    return new Event(
        event.getId(),
        text(event.getType()),
        event.getSeverity(),
        new Source(text(event.getSource().getNode()), text(event.getSource().getComponent())),
        object == null
            ? null
            : new ObjectReference(
                text(object.getKind()),
                text(object.getNamespace()),
                text(object.getName()),
                text(object.getUid())),
        text(event.getMessage()),
        attributes,
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        event.getCount());
  }

  private static String text(String text) {
    return text.replace('\0', '\ufffd');
  }
}
