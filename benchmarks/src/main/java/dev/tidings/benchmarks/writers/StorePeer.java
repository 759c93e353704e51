package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.receivers.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * A real PostgreSQL, the same table; the bare loop is JDBC's own batch of single-row upserts, put
 * into multi-row statements by the driver, a transaction for each batch of events.
 */
final class StorePeer implements Peer {
  private final Postgres postgres;
  private final Connection connection;

  StorePeer(DataDirectory directory) throws SQLException {
    postgres = Postgres.start(directory.subdirectory("postgres"));
    connection = postgres.connect();
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String description() {
    return "PostgreSQL, upserts";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "connector.class",
        "dev.tidings.writers.store.StoreSinkConnector",
        "store.url",
        postgres.url());
  }

  @Override
  public void clear() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "DO $$ BEGIN IF to_regclass('tidings_events') IS NOT NULL THEN TRUNCATE tidings_events;"
              + " END IF; END $$");
      statement.execute("CHECKPOINT");
    }
  }

  @Override
  public long arrived() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT to_regclass('tidings_events') IS NOT NULL")) {
      row.next();
      if (!row.getBoolean(1)) {
        return 0;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM tidings_events")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public long lookMillis() {
    return 100;
  }

  /** Most of its time is the database's. */
  @Override
  public int warmUps() {
    return 0;
  }

  @Override
  public Bare prepare(List<List<Event>> batches) {
    return () -> {
      try (Connection writer =
          java.sql.DriverManager.getConnection(postgres.url() + "&reWriteBatchedInserts=true")) {
        writer.setAutoCommit(false);
        try (PreparedStatement statement =
            writer.prepareStatement(
                "INSERT INTO tidings_events (id, type, severity, node, component, object_kind,"
                    + " object_namespace, object_name, object_uid, message, attributes, first_time,"
                    + " last_time, count) VALUES (?::uuid, ?, ?::tidings_severity, ?, ?, ?, ?, ?,"
                    + " ?, ?, ?::jsonb, ?::timestamptz, ?::timestamptz, ?) ON CONFLICT (id) DO"
                    + " UPDATE SET first_time = excluded.first_time, last_time ="
                    + " excluded.last_time, count = excluded.count")) {
          for (List<Event> batch : batches) {
            for (Event event : batch) {
              bind(statement, event);
              statement.addBatch();
            }
            statement.executeBatch();
            writer.commit();
          }
        }
      }
    };
  }

  private static void bind(PreparedStatement statement, Event event) throws SQLException {
    statement.setString(1, event.getId().toString());
    statement.setString(2, event.getType());
    statement.setString(3, event.getSeverity().name());
    statement.setString(4, event.getSource().getNode());
    statement.setString(5, event.getSource().getComponent());
    statement.setString(6, event.getObject().getKind());
    statement.setString(7, event.getObject().getNamespace());
    statement.setString(8, event.getObject().getName());
    statement.setString(9, event.getObject().getUid());
    statement.setString(10, event.getMessage());
    statement.setString(
        11, "{\"zone\":\"eu-1\",\"pid\":\"4711\",\"request\":\"b7ad6b7169203331\"}");
    statement.setString(12, event.getFirstTimestamp().toString());
    statement.setString(13, event.getLastTimestamp().toString());
    statement.setLong(14, event.getCount());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    postgres.close();
  }
}
